import type { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { clientAddressOf } from '../front/index.js'

/**
 * Where the client of a connection is: by the PROXY header of a trusted balancer, else by the socket. Never by a header of a
 * request, which anybody can write.
 */
export function addressOf(socket: Pick<Socket, 'remoteAddress'>): string {
  // Gone already: an address that is none, which the forwarder refuses.
  return clientAddressOf(socket)?.address ?? socket.remoteAddress ?? ''
}

/** As {@link addressOf}, of the connection that a request came on. */
export const clientAddress = ({ raw }: Pick<FastifyRequest, 'raw'>): string => addressOf(raw.socket)
