/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RefusalError } from './errors.js'

// An import of node:http would read all that it exports, and with its WebSocket load all of undici: 20 ms and 8 MB.
const { STATUS_CODES } = process.getBuiltinModule('node:http')

/** How long a client may take to read the answer before the connection is cut, in milliseconds. */
const LINGER = 1_000
const CODE_PREFIX = 'FST_PATH_GUARD_'

/**
 * Answers a request that has no Fastify reply, and ends its connection; over HTTP/2, its stream.
 * Nothing is written to a socket that another guard of the same server has answered.
 */
export function writeRefusal(target: Duplex | ServerResponse, error: RefusalError): void {
  const body = formatRefusal(error)
  if ('writeHead' in target) {
    target.writeHead(error.statusCode, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
    })
    target.end(body)
    return
  }
  // Node has taken its own error listener off this socket: without one a reset by the client would
  // end the process.
  target.on('error', () => target.destroy())
  if (!target.writable) return
  target.end(
    [
      `HTTP/1.1 ${error.statusCode} ${STATUS_CODES[error.statusCode]}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Cache-Control: no-store',
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
  // Closed at once, with bytes of the client unread, the connection is reset, and the answer lost.
  target.resume()
  const timer = setTimeout(() => target.destroy(), LINGER)
  target.once('close', () => clearTimeout(timer))
}

function formatRefusal(error: RefusalError): string {
  const reason = error.code.slice(CODE_PREFIX.length).toLowerCase()
  return JSON.stringify({
    error: 'invalid_request',
    error_description: `${reason}: ${error.message}`,
  })
}
