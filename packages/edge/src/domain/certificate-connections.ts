import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { type Counts, type Place, takePlace } from '../counting/index.js'
import { TooManyConnectionsError } from './errors.js'

/** When a client may try again, in seconds: connections end by themselves at any time. */
const RETRY_AFTER = 1

/**
 * Makes the hook that bounds how many connections one certificate may have. It belongs after the verdict: a certificate that
 * was refused has no place to take. A connection takes its place with its first request; one without any is closed after
 * `headersTimeout`.
 *
 * Of what comes over it, each request is answered with 429, and its connection closed.
 *
 * @throws FST_EDGE_TOO_MANY_CONNECTIONS
 */
export function limitCertificateConnections(counts: Counts, most: number): onRequestHookHandler {
  const places = new WeakMap<object, Place>()

  function placeOf({ raw: { socket } }: FastifyRequest, key: string): Place {
    const known = places.get(socket)
    if (known !== undefined) return known
    const place = takePlace(counts, key, most)
    places.set(socket, place)
    if (socket.destroyed) place.leave()
    else socket.once('close', place.leave)
    return place
  }

  return async (request: FastifyRequest, reply: FastifyReply) => {
    const key = certificateKey(request)
    if (key === null) return
    if (await placeOf(request, key).isGranted) return
    reply.header('connection', 'close').header('retry-after', RETRY_AFTER)
    throw new TooManyConnectionsError()
  }
}

/** The key under which a certificate that was accepted is counted; `null` where there is none. */
export function certificateKey({ clientCertificate }: FastifyRequest): string | null {
  return clientCertificate?.kind === 'ca-verified' || clientCertificate?.kind === 'self-signed'
    ? `certificate:${clientCertificate.certificate.thumbprint}`
    : null
}
