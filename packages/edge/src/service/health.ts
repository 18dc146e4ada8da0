import Fastify, { type FastifyBaseLogger, LogController } from 'fastify'
import type { Address } from '../configuration/types.js'
import { isServing, type Parts, summarize } from './parts.js'

export interface HealthContext {
  /** How the edge is now. */
  readonly describeParts: () => Parts
  readonly log: FastifyBaseLogger
}

export interface HealthServer {
  readonly port: number
  close(): Promise<void>
}

/**
 * Starts the health listener: `/healthz` says that the process answers, `/readyz` whether it should be given connections.
 * It is apart from the public port, so that probes need neither TLS nor a certificate.
 */
export async function startHealthServer(
  address: Address,
  { describeParts, log }: HealthContext,
): Promise<HealthServer> {
  const app = Fastify({
    loggerInstance: log.child({ listener: 'health' }),
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
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
  const url = await app.listen({ host: address.host, port: address.port })
  return { port: Number(new URL(url).port), close: () => app.close() }
}
