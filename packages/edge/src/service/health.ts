import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Address } from '../configuration/types.js'
import { giveOneAnswer } from '../front/requests/one-answer.js'
import { ownCompilersOnly } from '../schema-compilers.js'
import { METRICS_TYPE } from '../telemetry/metrics/snapshot.js'
import { rememberMethods } from './allowed-methods.js'
import { isServing, type Parts, summarize } from './parts.js'

export interface HealthContext {
  /** How the edge is now. */
  readonly describeParts: () => Parts
  /** What Prometheus reads. */
  readonly readMetrics: () => Promise<string>
  readonly log: FastifyBaseLogger
}

export interface HealthServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Starts the health listener: `/healthz` says that the process answers, `/readyz` whether it should be given connections,
 * `/metrics` what happens.
 * It is apart from the public port, so that probes need neither TLS nor a certificate.
 */
export async function startHealthServer(
  address: Address,
  { describeParts, readMetrics, log }: HealthContext,
): Promise<HealthServer> {
  const app = Fastify({
    loggerInstance: log.child({ listener: 'health' }),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    schemaController: ownCompilersOnly,
    clientErrorHandler() {},
  })
  giveOneAnswer(app.server)
  const allowedMethods = rememberMethods(app)
  app.setNotFoundHandler(async ({ url }, reply) => {
    const methods = allowedMethods(url)
    if (methods.length === 0) return reply.code(404).send({ error: 'there is nothing here' })
    const allow = methods.join(', ')
    return reply
      .code(405)
      .header('allow', allow)
      .send({ error: `only ${allow} here` })
  })
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store')
  })
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const parts = describeParts()
    reply.code(isServing(parts) ? 200 : 503)
    return { status: summarize(parts), parts }
  })
  const readMetricsOnce = shareInFlight(readMetrics)
  app.get('/metrics', async (_request, reply) => {
    reply.type(METRICS_TYPE)
    return readMetricsOnce()
  })
  const url = await app.listen({ host: address.host, port: address.port })
  return { port: Number(new URL(url).port), close: () => app.close() }
}

/** Who asks while the answer to another is being made gets the same: many who ask cost no more than one. */
function shareInFlight<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let inFlight: Promise<Value> | null = null
  return () => {
    inFlight ??= make().finally(() => {
      inFlight = null
    })
    return inFlight
  }
}
