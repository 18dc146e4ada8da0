/**
 * Writes a request whose body is there in full. A small one goes out in one write, and so in one TLS record.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
import type { Writable } from 'node:stream'
import type { OutgoingBody } from '../body/gather-body.js'
import type { Exchange } from './exchange.js'
import { malformedRequest } from './malformed-answer.js'

/** Up to this size head and body are put together to one string, bytes: a write of two buffers costs more than the copy. */
const maxJoinedBytes = 14_000

/** Methods whose request has a body as a rule (RFC 9110 section 9.3): without one, they say so. */
const withBody = new Set(['POST', 'PUT', 'PATCH'])

/** Whether a server could take a body of this method for the next request, since it expects none. */
export const isBodyUnexpected = (method: string): boolean => !withBody.has(method)

/** The end of the head of a request without a body. */
export function endOfHead(method: string): string {
  return withBody.has(method) ? 'content-length: 0\r\n\r\n' : '\r\n'
}

/**
 * Checks that a body that is there in full is as long as it says.
 *
 * @throws FST_AUTH0_FORWARDER_UPSTREAM_PROTOCOL
 */
export function checkLength({ content, length }: OutgoingBody): void {
  if (length === null || !Buffer.isBuffer(content)) return
  if (content.length !== length) throw malformedRequest('a body of another length than it says')
}

/** Writes a request with its body. */
export function writeWhole(
  socket: Writable,
  { head, method }: Exchange,
  content: Buffer,
  length: number | null,
): void {
  if (content.length === 0) {
    socket.write(head + endOfHead(method), 'latin1')
    return
  }
  const isChunked = length === null
  const framing = isChunked
    ? `transfer-encoding: chunked\r\n\r\n${content.length.toString(16)}\r\n`
    : `content-length: ${length}\r\n\r\n`
  const end = isChunked ? '\r\n0\r\n\r\n' : ''
  if (content.length <= maxJoinedBytes) {
    socket.write(head + framing + content.toString('latin1') + end, 'latin1')
    return
  }
  socket.cork()
  socket.write(head + framing, 'latin1')
  socket.write(content)
  if (isChunked) socket.write(end, 'latin1')
  socket.uncork()
}
