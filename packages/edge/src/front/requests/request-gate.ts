import type { IncomingMessage, RequestListener } from 'node:http'
import type { HostServerLimits } from '../limits.js'
import { createRefusalAnswer, type RefusedRequest, type RequestRefusal } from './refused-request.js'

/**
 * Wraps a request listener so that what no part of the service may see is answered before it, in the edge's form, and its
 * connection closed.
 *
 * @param onRefused is told of each
 */
export function gateRequests(
  limits: Pick<HostServerLimits, 'maxHeadersCount' | 'maxUrlBytes'>,
  onRefused: (refused: RefusedRequest) => void,
  listener: RequestListener,
): RequestListener {
  return (request, response) => {
    const refusal = findRefusal(request, limits)
    if (refusal === null) {
      listener(request, response)
      return
    }
    const { status, reason } = refusal
    const { requestId, headers, body } = createRefusalAnswer(refusal)
    response.writeHead(status, { ...headers, connection: 'close' })
    response.end(body)
    onRefused({ requestId, request, status, reason })
  }
}

function findRefusal(
  request: IncomingMessage,
  { maxHeadersCount, maxUrlBytes }: Pick<HostServerLimits, 'maxHeadersCount' | 'maxUrlBytes'>,
): RequestRefusal | null {
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
