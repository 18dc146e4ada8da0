import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { GuardedRequest } from './decide.js'

/** Reads what is decided on off Node's own request object, untouched by Fastify. */
export function readIncomingRequest(raw: IncomingMessage | Http2ServerRequest): GuardedRequest {
  return {
    method: raw.method ?? '',
    target: raw.url ?? '',
    httpVersion: raw.httpVersion,
    isHttp2: isHttp2Request(raw),
    rawHeaders: raw.rawHeaders,
    serverName: readServerName(raw.socket),
  }
}

/**
 * Whether a request is a stream of a real HTTP/2 session; `HTTP/2.0` written as text in an HTTP/1
 * request line is not.
 */
export function isHttp2Request(
  raw: IncomingMessage | Http2ServerRequest,
): raw is Http2ServerRequest {
  return raw.httpVersionMajor === 2 && 'stream' in raw && raw.stream?.session !== undefined
}

/**
 * Reads the server name that a connection was made to: undefined when it is not encrypted, null
 * when it named none. On a resumed TLS 1.2 session Node says `false`, whatever the client sent.
 */
function readServerName(socket: object): string | null | undefined {
  if (!('encrypted' in socket) || socket.encrypted !== true) return undefined
  return 'servername' in socket && typeof socket.servername === 'string' ? socket.servername : null
}
