import { Socket } from 'node:net'
import { isWithinAnsweredBody, requestsOn } from './connection-requests.js'

/** How long a client may take to read its answer, and to see that nobody takes the rest of its body, in milliseconds. */
const LINGER = 5_000

/** The same, at the most, for a connection whose server stops. */
const LINGER_AT_STOP = 1_000

/** What is read and thrown away of it, in bytes: nobody sends more by mistake. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024

/** Connections of which nothing is read any more. */
const discarding = new WeakSet<Socket>()
/** Those that are ended, and closed by their client or when their time is over. */
const lingering = new WeakSet<Socket>()
/** Those whose server stops. */
const hurried = new WeakSet<Socket>()

/**
 * Ends a connection so that what was written on it arrives: closing while bytes of the client lie unread, or are yet to come, makes the
 * kernel send a reset, and a client that was still sending never reads its answer. Nothing that comes from now on is parsed.
 *
 * @param last written before the end
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.6
 */
export function endGently(socket: Socket, linger: number, last?: Uint8Array | string): void {
  cutAfter(socket, hurried.has(socket) ? Math.min(linger, LINGER_AT_STOP) : linger)
  lingering.add(socket)
  discardRest(socket)
  // The parser would report an end in the middle of a body.
  socket.removeAllListeners('end')
  socket.once('end', () => Socket.prototype.destroySoon.call(socket))
  if (last === undefined) socket.end()
  else socket.end(last)
}

/** Lets a connection linger for no more than a second from now on, or from when it is ended. */
export function hurryEnd(socket: Socket): void {
  hurried.add(socket)
  if (lingering.has(socket)) cutAfter(socket, LINGER_AT_STOP)
}

function cutAfter(socket: Socket, time: number): void {
  const timer = setTimeout(() => socket.destroy(), time)
  socket.once('close', () => clearTimeout(timer))
}

/** Throws away what comes on a connection from now on, and cuts the connection where that is too much. */
export function discardRest(socket: Socket): void {
  if (discarding.has(socket)) return
  discarding.add(socket)
  let discarded = 0
  // Takes the connection away from the parser, which would report each further chunk.
  socket.removeAllListeners('data')
  socket.on('data', (chunk: Buffer) => {
    discarded += chunk.length
    if (discarded > MAX_DISCARDED_BYTES) socket.destroy()
  })
  // The parser has stopped reading where nobody took the body: nothing but this makes the stream ask for more.
  socket.push('')
  socket.resume()
}

/**
 * Makes an answer with `Connection: close` reach a client that is still sending, the body of its request or what is no HTTP: Node calls
 * this method after such an answer, and its own destroys the connection as soon as the answer is written.
 */
export function endGentlyWithinBodies(socket: Socket): void {
  socket.destroySoon = destroySoon
}

function destroySoon(this: Socket): void {
  if (lingering.has(this)) return
  const requests = requestsOn(this)
  const isSending =
    discarding.has(this) ||
    isWithinAnsweredBody(requests) ||
    requests.open.some(({ req }) => !req.complete)
  if (isSending && this.writable) endGently(this, LINGER)
  else Socket.prototype.destroySoon.call(this)
}
