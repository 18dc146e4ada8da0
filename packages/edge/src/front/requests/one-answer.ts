import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { answerClientErrors } from './client-error.js'
import { closeAnswer, openAnswer, requestsOn } from './connection-requests.js'
import { endGentlyWithinBodies } from './end-gently.js'

/**
 * Gives each request of a server that listens by itself one answer, as those of a host's server have it: what is wrong with the rest of
 * a body that was answered ends the connection without a word, and an answer that closes the connection reaches a client that is
 * still sending. Fastify's own `clientErrorHandler` must leave the socket alone.
 */
export function giveOneAnswer(server: Server): void {
  const event = 'setSecureContext' in server ? 'secureConnection' : 'connection'
  server.on(event, (socket: Socket) => {
    requestsOn(socket).unusedAt = socket.bytesRead
    endGentlyWithinBodies(socket)
  })
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const requests = requestsOn(socket)
    openAnswer(requests, response)
    response.once('close', () => closeAnswer(requests, response))
  })
  answerClientErrors(server)
}
