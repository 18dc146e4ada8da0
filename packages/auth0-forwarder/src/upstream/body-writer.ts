/**
 * Writes a request that has a body. A small one goes out in one write, and so in one TLS record; one that streams goes as fast as
 * the target reads.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
import type { Readable, Writable } from 'node:stream'
import type { OutgoingBody } from '../body.js'
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

/** Writes a request whose body is there in full. */
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

/** Told how a body that streams gets on. */
export interface Pace {
  /** The head is written. */
  onBegun(): void
  /** The target has to read before more is written. */
  onBlocked(): void
  /** The client has to send before more is written. */
  onWaiting(): void
}

/**
 * Writes a request whose body streams. Of a body that is not as long as it said, it never writes the end.
 *
 * @param length - null: chunked
 * @throws what `content` fails with; UPSTREAM_PROTOCOL where it is longer or shorter than `length`
 */
export async function writeStream(
  socket: Writable,
  { head, method }: Exchange,
  content: Readable,
  length: number | null,
  pace: Pace,
): Promise<void> {
  const framing = length === null ? 'transfer-encoding: chunked' : `content-length: ${length}`
  let sent = 0
  for await (const part of content) {
    if (!(part instanceof Uint8Array)) throw malformedRequest('a part of a body that is no bytes')
    if (part.length === 0) continue
    if (socket.destroyed) return
    if (length !== null && sent + part.length > length) throw malformedRequest('a body too long')
    socket.cork()
    if (sent === 0) {
      socket.write(`${head}${framing}\r\n\r\n`, 'latin1')
      pace.onBegun()
    }
    if (length === null) socket.write(`${part.length.toString(16)}\r\n`, 'latin1')
    socket.write(part)
    if (length === null) socket.write('\r\n', 'latin1')
    socket.uncork()
    sent += part.length
    if (socket.writableNeedDrain) {
      pace.onBlocked()
      await drained(socket)
      pace.onWaiting()
    }
  }
  if (length !== null && sent !== length) throw malformedRequest('a body too short')
  if (sent === 0) {
    socket.write(head + endOfHead(method), 'latin1')
    pace.onBegun()
  } else if (length === null) socket.write('0\r\n\r\n', 'latin1')
}

/** Resolves when there is room again, or never will be. */
function drained(socket: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    if (socket.destroyed) resolve()
    else socket.on('drain', done).on('close', done)
  })
}
