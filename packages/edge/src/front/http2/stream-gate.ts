import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { ERROR_CONTENT_TYPE, encodeErrorBody } from '../error-response.js'
import type { HostServerLimits } from '../limits.js'
import { FIELD_OVERHEAD } from './limits.js'

/** Serves a stream's request. */
export type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void

/** What is answered before the service sees the request. */
export interface StreamRefusal {
  readonly status: number
  readonly reason: string
  readonly sentence: string
}

const tooMany: StreamRefusal = {
  status: 431,
  reason: 'too_many_headers',
  sentence: 'The request has too many header lines.',
}
const tooLarge: StreamRefusal = {
  status: 431,
  reason: 'headers_too_large',
  sentence: 'The headers of the request are too large.',
}
/** The request's body took too long. */
export const REQUEST_TIMEOUT: StreamRefusal = {
  status: 408,
  reason: 'request_timeout',
  sentence: 'The request took too long to arrive.',
}
const tooLong: StreamRefusal = {
  status: 414,
  reason: 'uri_too_long',
  sentence: 'The URL of the request is too long.',
}
const noHost: StreamRefusal = {
  status: 400,
  reason: 'missing_host',
  sentence: 'The request has no Host.',
}

/**
 * What `gateRequests` is to HTTP/1: answers in the edge's form what no part of the service may see.
 *
 * @param onRead is told of every request, with the size of its fields
 */
export function gateStreams(
  limits: HostServerLimits,
  onRead: (response: Http2ServerResponse, size: number) => void,
  listener: Http2Listener,
): Http2Listener {
  return (request, response) => {
    const { lines, size } = measure(request.rawHeaders)
    onRead(response, size)
    const refusal = findRefusal(request, lines, size, limits)
    if (refusal === null) listener(request, response)
    else answerStream(response, refusal)
  }
}

/** Gives an answer of the edge's own, unless one has begun. A body that is still to come is not waited for. */
export function answerStream(response: Http2ServerResponse, refusal: StreamRefusal): void {
  if (response.headersSent || response.stream.destroyed) return
  const body = encodeErrorBody(refusal.reason, refusal.sentence)
  response.writeHead(refusal.status, {
    'content-type': ERROR_CONTENT_TYPE,
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
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
): StreamRefusal | null {
  if (lines > limits.maxHeadersCount) return tooMany
  if (size > limits.maxHeaderSize) return tooLarge
  if (url.length > limits.maxUrlBytes) return tooLong
  return headers[':authority'] === undefined && headers.host === undefined ? noHost : null
}
