import type { IncomingMessage, RequestListener } from 'node:http'
import { ERROR_CONTENT_TYPE, encodeErrorBody } from './error-response.js'
import type { HostServerLimits } from './limits.js'

interface Refusal {
  readonly status: number
  readonly reason: string
  readonly sentence: string
}

/**
 * Wraps a request listener so that what no part of the service may see is answered before it, in the edge's form, and its
 * connection closed.
 */
export function gateRequests(
  limits: Pick<HostServerLimits, 'maxHeadersCount' | 'maxUrlBytes'>,
  listener: RequestListener,
): RequestListener {
  return (request, response) => {
    const refusal = findRefusal(request, limits)
    if (refusal === null) {
      listener(request, response)
      return
    }
    const body = encodeErrorBody(refusal.reason, refusal.sentence)
    response.writeHead(refusal.status, {
      'content-type': ERROR_CONTENT_TYPE,
      'cache-control': 'no-store',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    })
    response.end(body)
  }
}

function findRefusal(
  request: IncomingMessage,
  { maxHeadersCount, maxUrlBytes }: Pick<HostServerLimits, 'maxHeadersCount' | 'maxUrlBytes'>,
): Refusal | null {
  // Names and values alternate. Node's own maxHeadersCount cuts the rest off in silence, and a header that one part of
  // the service sees and another does not is how checks are slipped past. RFC 6585 section 5.
  if (request.rawHeaders.length / 2 > maxHeadersCount) {
    return {
      status: 431,
      reason: 'too_many_headers',
      sentence: 'The request has too many header lines.',
    }
  }
  // Node gives each byte of the target as one character.
  if ((request.url?.length ?? 0) > maxUrlBytes) {
    return { status: 414, reason: 'uri_too_long', sentence: 'The URL of the request is too long.' }
  }
  // RFC 9112 section 3.2: MUST be answered with 400. Node would do so without a body.
  if (request.headers.host === undefined && request.httpVersion !== '1.0') {
    return { status: 400, reason: 'missing_host', sentence: 'The request has no Host.' }
  }
  return null
}
