import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Lets a connection end with this answer: by its Connection header, and over HTTP/2, which knows none, by a GOAWAY. Other streams
 * that are at work there end as they began.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9113#section-8.2.2
 */
export function endConnection({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (raw.httpVersionMajor < 2) {
    reply.header('connection', 'close')
    return
  }
  const stream: unknown = Reflect.get(raw, 'stream')
  if (typeof stream !== 'object' || stream === null) return
  const session: unknown = Reflect.get(stream, 'session')
  if (typeof session === 'object' && session !== null) Reflect.get(session, 'close').call(session)
}
