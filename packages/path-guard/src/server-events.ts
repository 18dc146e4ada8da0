import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { type RefusalError, UnsafeMethodError, UpgradeRefusedError } from './errors.js'
import { writeRefusal } from './raw-answer.js'

/**
 * Answers what Node keeps from the request listener: CONNECT, a request for an upgrade where the
 * service listens for one, and an unknown expectation. The last goes on as a request, where the
 * guard's hook refuses it; for the others there is no Fastify request.
 *
 * @returns a function that takes all listeners away again
 */
export function guardServerEvents(fastify: FastifyInstance): () => void {
  const { server } = fastify

  const refuseConnect = (request: IncomingMessage, target: Duplex | ServerResponse): void =>
    refuse(request, target, new UnsafeMethodError())
  const refuseUpgrade = (request: IncomingMessage, target: Duplex): void =>
    refuse(request, target, new UpgradeRefusedError())
  const routeExpectation = (request: IncomingMessage, response: ServerResponse): void =>
    void server.emit('request', request, response)

  // Without a listener of somebody's, Node makes an upgrade a plain request, which the hook sees:
  // ours is only there to be the first.
  const guardUpgradeListener = (event: string | symbol): void => {
    if (event !== 'upgrade') return
    server.removeListener('newListener', guardUpgradeListener)
    server.prependListener('upgrade', refuseUpgrade)
  }

  function refuse(
    request: IncomingMessage,
    target: Duplex | ServerResponse,
    error: RefusalError,
  ): void {
    fastify.log.info({ err: error, method: request.method }, 'refused outside the router')
    writeRefusal(target, error)
  }

  server.prependListener('connect', refuseConnect)
  server.prependListener('checkExpectation', routeExpectation)
  if (server.listenerCount('upgrade') > 0) server.prependListener('upgrade', refuseUpgrade)
  else server.on('newListener', guardUpgradeListener)

  return () => {
    server.removeListener('connect', refuseConnect)
    server.removeListener('checkExpectation', routeExpectation)
    server.removeListener('upgrade', refuseUpgrade)
    server.removeListener('newListener', guardUpgradeListener)
  }
}
