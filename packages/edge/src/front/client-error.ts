import type { Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { encodeErrorResponse } from './error-response.js'
import { hasStartedAnswer } from './request-tracker.js'

/** How long a client may take to read the answer before the connection is cut, in milliseconds. */
const LINGER = 1_000

/** Answers by Node's code of the error; any other is {@link MALFORMED}. */
const ANSWERS: Readonly<Record<string, readonly [number, string, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_timeout', 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'The headers of the request are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [
    413,
    'chunk_extensions_too_large',
    'Chunk extensions are too large.',
  ],
}

const MALFORMED = [400, 'malformed_request', 'The request is not well-formed HTTP.'] as const

/**
 * Answers what Node's HTTP parser refuses, in the edge's own form, and closes the connection: gently, for closing at once
 * while bytes of the client lie unread makes the kernel send a reset, and the client never sees why.
 *
 * Nothing of the request is repeated. A connection that broke in its handshake gets no byte of HTTP.
 *
 * A service with a listener of its own for 'clientError' (Fastify's `clientErrorHandler`) must let it do nothing.
 */
export function answerClientErrors(server: Server, isSecure: (socket: TLSSocket) => boolean): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const connection = socket as TLSSocket
    // The parser reports again with each further chunk; the first report counts.
    if (connection.writableEnded) return
    // Into a body that has begun, an answer must not be written.
    if (!isSecure(connection) || !connection.writable || hasStartedAnswer(server, connection)) {
      connection.destroy(error)
      return
    }
    const [status, reason, sentence] = ANSWERS[error.code ?? ''] ?? MALFORMED
    const timer = setTimeout(() => connection.destroy(), LINGER)
    connection.once('close', () => clearTimeout(timer))
    connection.end(encodeErrorResponse(status, reason, sentence))
  })
}
