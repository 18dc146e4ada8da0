import type { RequestListener } from 'node:http'
import { encodeErrorBody } from './error-response.js'

/**
 * Wraps a request listener so that a request with more header lines than `limit` gets 431 and a closed connection.
 * Node's own `maxHeadersCount` cuts the rest off in silence, and a header that one part of the service sees and another
 * does not is how checks are slipped past.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6585#section-5
 */
export function refuseTooManyHeaders(limit: number, listener: RequestListener): RequestListener {
  return (request, response) => {
    // Names and values alternate.
    if (request.rawHeaders.length / 2 <= limit) {
      listener(request, response)
      return
    }
    const body = encodeErrorBody('too_many_headers', 'The request has too many header lines.')
    response.writeHead(431, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    })
    response.end(body)
  }
}
