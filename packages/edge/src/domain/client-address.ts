import type { FastifyRequest } from 'fastify'
import { clientAddressOf } from '../front/index.js'

/**
 * Where the client of a request is: by the PROXY header of a trusted balancer, else by the socket. Never by a header of the
 * request, which anybody can write.
 */
export function clientAddress({ raw: { socket } }: Pick<FastifyRequest, 'raw'>): string {
  // Gone already: an address that is none, which the forwarder refuses.
  return clientAddressOf(socket)?.address ?? socket.remoteAddress ?? ''
}
