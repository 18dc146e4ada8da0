import type { Duplex } from 'node:stream'
import type { FastifyBaseLogger } from 'fastify'
import { createAnswer } from './answer.js'

const STATUS_BY_CODE: Readonly<
  Record<string, readonly [status: number, phrase: string, reason: string]>
> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'header_too_large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'request_timeout'],
}

/**
 * Answers what Node's parser refuses before any request exists, and closes the connection.
 *
 * @see https://nodejs.org/api/http.html#event-clienterror
 */
export function answerMalformedHttp(
  error: Error & { readonly code?: string },
  socket: Duplex,
  log: FastifyBaseLogger,
): void {
  const { code = 'unknown' } = error
  // The client went away: nobody is there to be told.
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const [status, phrase, reason] = STATUS_BY_CODE[code] ?? [400, 'Bad Request', 'malformed_request']
  log.info({ event: 'malformed_http', reason, code }, 'malformed HTTP')
  const { headers, body } = createAnswer(status, reason, 'the request is malformed', '')
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\n${lines.join('')}connection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}
