import { once } from 'node:events'
import {
  type ClientHttp2Session,
  connect as connectHttp2,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2'
import { text } from 'node:stream/consumers'
import { connect, type TLSSocket } from 'node:tls'
import { connectOptions, type TlsConnectionOptions } from './tls-connection.js'

/** An answer over HTTP/2. */
export interface Http2Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** An HTTP/2 connection of a well-behaved client (Node's own). */
export interface Http2Connection {
  readonly session: ClientHttp2Session
  readonly socket: TLSSocket
  /**
   * Sends a request and waits for its answer; `:authority` is the connection's name unless it is given.
   * @throws Error where the stream or the session ends without one
   */
  ask(headers: OutgoingHttpHeaders, body?: string | Uint8Array): Promise<Http2Answer>
  /** Ends the connection at once. */
  destroy(): void
}

/**
 * Opens an HTTP/2 connection over TLS.
 * @throws Error of the handshake, or where the other side does not choose `h2`
 */
export async function openHttp2Connection(options: TlsConnectionOptions): Promise<Http2Connection> {
  const { timeout = 5000 } = options
  const socket = connect({ ...connectOptions(options), ALPNProtocols: ['h2'] })
  await once(socket, 'secureConnect', { signal: AbortSignal.timeout(timeout) })
  if (socket.alpnProtocol !== 'h2') {
    socket.destroy()
    throw new Error(`the other side chose ${socket.alpnProtocol}, not h2`)
  }
  const session = connectHttp2(`https://${options.servername ?? 'localhost'}`, {
    createConnection: () => socket,
  })
  // Each stream's own failure is told by its answer.
  session.on('error', () => {})
  return {
    session,
    socket,
    ask: (headers, body) => ask(session, headers, body),
    destroy: () => session.destroy(),
  }
}

async function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string | Uint8Array,
): Promise<Http2Answer> {
  const stream = session.request(headers, { endStream: body === undefined })
  if (body !== undefined) stream.end(body)
  const closed = new AbortController()
  // A stream may end without an answer and without an error.
  stream.once('close', () => closed.abort(new Error(`the stream closed: ${stream.rstCode}`)))
  const [received]: IncomingHttpHeaders[] = await once(stream, 'response', {
    signal: closed.signal,
  }).catch((error: Error) => {
    throw error.name === 'AbortError' ? error.cause : error
  })
  if (received === undefined) throw new Error('no headers')
  const answer = await text(stream)
  if (stream.rstCode !== 0) throw new Error(`the answer was cut off: ${stream.rstCode}`)
  return { status: Number(received[':status']), headers: received, text: answer }
}
