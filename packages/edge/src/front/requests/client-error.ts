import type { Server, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  findAnswerInFlight,
  findStartedAnswer,
  isUnused,
  isWithinAnsweredBody,
  requestsOn,
} from './connection-requests.js'
import { discardRest, endGently } from './end-gently.js'
import { encodeErrorResponse } from './error-response.js'

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

const firstErrors = new WeakMap<object, Error>()

/**
 * Whether this is what was wrong first on a connection that had not been ended. Node goes on with what has come in other TLS records,
 * and watches the time of a body of which the rest is thrown away: a client would choose how many more there are.
 */
export function isFirstClientError(error: Error, socket: object): boolean {
  return firstErrors.get(socket) === error
}

/**
 * Answers what Node's HTTP parser refuses, in the edge's own form, and closes the connection: gently, for closing at once
 * while bytes of the client lie unread makes the kernel send a reset, and the client never sees why.
 *
 * Nothing of the request is repeated. After this, 'clientError' is about HTTP alone: listeners of the service (Fastify's
 * `clientErrorHandler`) may write it down where {@link isFirstClientError}, and must leave the socket alone.
 */
export function answerClientErrors(server: Server): void {
  // Node's own listener turns a failed handshake into a 'clientError', and an HTTP answer into it may follow.
  server.removeAllListeners('tlsClientError')
  server.on('tlsClientError', (error: Error, socket: Socket) => socket.destroy(error))

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (!socket.writableEnded && !firstErrors.has(socket)) firstErrors.set(socket, error)
    if (!socket.writable || !(socket instanceof Socket)) {
      socket.destroy(error)
      return
    }
    const answer = findAnswerInFlight(socket)
    if (answer !== null) {
      closeAfter(answer, socket)
      return
    }
    const started = findStartedAnswer(socket)
    // Into an answer that has begun, another must not be written.
    if (started?.writableEnded === false) {
      socket.destroy(error)
      return
    }
    const [status, reason, sentence] = ANSWERS[error.code ?? ''] ?? MALFORMED
    // A connection kept in reserve, which never asked anything, gets no answer: its client would not know to what. And a request has one
    // answer: what is wrong with the rest of its body must not become the answer to the next.
    if (isUnused(socket) || started !== null || isWithinAnsweredBody(requestsOn(socket)))
      endGently(socket, LINGER)
    else endGently(socket, LINGER, encodeErrorResponse(status, reason, sentence))
  })
}

/** Lets a request that came whole have its own answer and no other: what is wrong came behind it. */
function closeAfter(answer: ServerResponse, socket: Socket): void {
  discardRest(socket)
  if (!answer.headersSent) answer.setHeader('connection', 'close')
  // Again, where the answer says so itself.
  answer.once('close', () => socket.destroySoon())
}
