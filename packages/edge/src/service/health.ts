import type { Registry } from '@mtls-edge/cert-registry'
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Address } from '../configuration/types.js'
import type { Readiness } from './readiness.js'

export interface HealthContext {
  readonly readiness: Readiness
  readonly registry: Registry | null
  readonly log: FastifyBaseLogger
}

export interface HealthServer {
  readonly port: number
  close(): Promise<void>
}

/** A part of the edge, as `/readyz` shows it. */
interface Part {
  readonly state: string
  readonly since: string
}

/**
 * Starts the health listener: `/healthz` says that the process answers, `/readyz` whether it should be given connections.
 * It is apart from the public port, so that probes need neither TLS nor a certificate.
 */
export async function startHealthServer(
  address: Address,
  context: HealthContext,
): Promise<HealthServer> {
  const app = Fastify({
    loggerInstance: context.log.child({ listener: 'health' }),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  })
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const parts = describeParts(context)
    const isReady = Object.values(parts).every(({ state }) => state === 'ready')
    reply.code(isReady ? 200 : 503)
    return { status: isReady ? 'ready' : 'not ready', parts }
  })
  const url = await app.listen({ host: address.host, port: address.port })
  return { port: Number(new URL(url).port), close: () => app.close() }
}

function describeParts({ readiness, registry }: HealthContext): Readonly<Record<string, Part>> {
  const edge = { state: readiness.state, since: readiness.since.toISOString() }
  if (registry === null) return { edge }
  const { isFresh, since } = registry.status()
  return { edge, registry: { state: isFresh ? 'ready' : 'away', since: since.toISOString() } }
}
