import type { OutgoingTrace } from '@mtls-edge/auth0-forwarder'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Whether spans arrive where they are sent, and since when that is so. */
export interface TracingState {
  readonly isArriving: boolean
  readonly since: Date
}

/**
 * What the edge knows of tracing: an interface alone, so that nothing of OpenTelemetry is loaded where there is none.
 */
export interface Tracing {
  readonly state: TracingState
  /** Makes a span of each request of this instance. Before its other plugins. */
  register(app: FastifyInstance): Promise<void>
  /** Begins the span of the way to Auth0; the answer or the failure ends it. */
  beginForwarding(request: FastifyRequest): OutgoingTrace | undefined
  /** Sends what is left, for a short while. */
  close(): Promise<void>
}
