import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { HostServerLimits } from '../limits.js'
import {
  createRefusalAnswer,
  type RefusedRequest,
  type RequestRefusal,
} from '../requests/refused-request.js'
import { FIELD_OVERHEAD } from './limits.js'

/** Serves a stream's request. */
export type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void

const tooMany: RequestRefusal = {
  status: 431,
  reason: 'too_many_headers',
  sentence: 'The request has too many header lines.',
}
const tooLarge: RequestRefusal = {
  status: 431,
  reason: 'headers_too_large',
  sentence: 'The headers of the request are too large.',
}
/** The request's body took too long. */
export const REQUEST_TIMEOUT: RequestRefusal = {
  status: 408,
  reason: 'request_timeout',
  sentence: 'The request took too long to arrive.',
}
const tooLong: RequestRefusal = {
  status: 414,
  reason: 'uri_too_long',
  sentence: 'The URL of the request is too long.',
}
const noHost: RequestRefusal = {
  status: 400,
  reason: 'missing_host',
  sentence: 'The request has no Host.',
}

/**
 * What `gateRequests` is to HTTP/1: answers in the edge's form what no part of the service may see.
 *
 * @param onRead is told of every request, with the size of its fields
 * @param onRefused is told of each that is answered here
 */
export function gateStreams(
  limits: HostServerLimits,
  onRead: (response: Http2ServerResponse, size: number) => void,
  onRefused: (refused: RefusedRequest) => void,
  listener: Http2Listener,
): Http2Listener {
  return (request, response) => {
    const { lines, size } = measure(request.rawHeaders)
    onRead(response, size)
    const refusal = findRefusal(request, lines, size, limits)
    if (refusal === null) return listener(request, response)
    const requestId = answerStream(response, refusal)
    const { status, reason } = refusal
    if (requestId !== null) onRefused({ requestId, request, status, reason })
  }
}

/**
 * Gives an answer of the edge's own, unless one has begun. A body that is still to come is not waited for.
 *
 * @returns the id that the client got; `null` where nothing was answered
 */
export function answerStream(
  response: Http2ServerResponse,
  refusal: RequestRefusal,
): string | null {
  if (response.headersSent || response.stream.destroyed) return null
  const { requestId, headers, body } = createRefusalAnswer(refusal)
  response.writeHead(refusal.status, headers)
  response.end(body)
  return requestId
}

function measure(rawHeaders: readonly string[]): { readonly lines: number; readonly size: number } {
  let lines = 0
  let size = 0
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (!name.startsWith(':')) lines += 1
    size += name.length + (rawHeaders[at + 1] ?? '').length + FIELD_OVERHEAD
  }
  return { lines, size }
}

function findRefusal(
  { headers, url }: Http2ServerRequest,
  lines: number,
  size: number,
  limits: HostServerLimits,
): RequestRefusal | null {
  if (lines > limits.maxHeadersCount) return tooMany
  if (size > limits.maxHeaderSize) return tooLarge
  if (url.length > limits.maxUrlBytes) return tooLong
  return headers[':authority'] === undefined && headers.host === undefined ? noHost : null
}
