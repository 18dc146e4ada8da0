import type { IncomingMessage, ServerResponse } from 'node:http'
import { TLSSocket } from 'node:tls'

/** What a request must bring to be let in. */
export interface GateOptions {
  /** The origin domain name: the only name that may stand in SNI and Host. */
  readonly originHost: string
  /** The custom domain's API key, by which the tenant is found. */
  readonly cnameApiKey: string
}

/**
 * Why a request is refused at Auth0's own edge, before the authorization server sees it; `null` lets it in.
 *
 * SNI and Host must both be the origin domain name, and the API key must be there exactly once and be the right one.
 */
export function refusalOf(request: IncomingMessage, options: GateOptions): string | null {
  const servername = servernameOf(request)
  if (servername !== options.originHost) return 'The server name is not the origin domain name.'
  const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase()
  if (host !== options.originHost) return 'The Host is not the origin domain name.'
  const keys = request.headersDistinct['cname-api-key'] ?? []
  if (keys.length !== 1 || keys[0] !== options.cnameApiKey) {
    return 'The cname-api-key is missing or not the one of a custom domain.'
  }
  return null
}

/** The SNI of the request's connection in lower case; the empty string where there was none. */
export function servernameOf(request: IncomingMessage): string {
  const { socket } = request
  // `servername` is false for a client that sent none.
  const servername: unknown = socket instanceof TLSSocket ? Reflect.get(socket, 'servername') : ''
  return typeof servername === 'string' ? servername.toLowerCase() : ''
}

/** Answers 403 in the shape of Auth0's error documents. */
export function answerForbidden(response: ServerResponse, message: string): void {
  response.writeHead(403, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify({ statusCode: 403, error: 'Forbidden', message }))
}
