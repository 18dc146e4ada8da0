/**
 * What of the target's response headers reaches the client: all but what is for the connection between edge and target,
 * and our own names. `connection` is left to Node, which knows the client's connection: an HTTP/1.0 client that is told
 * `keep-alive` by the target would wait for ever.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
import type { IncomingHttpHeaders } from 'node:http'
import { isEndToEndField, readConnectionOptions } from './connection-header.js'
import { isOursInAnySpelling } from './header-names.js'

/**
 * Hop-by-hop names, and `alt-svc`: it would send the client past the edge, to a port or a protocol (HTTP/3) that the
 * target's host answers and this one does not (RFC 7838 section 2.1). `x-request-id` is for whoever runs this to give.
 */
const dropped = new Set([
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'alt-svc',
  'x-request-id',
])

/**
 * Builds the headers of the response to the client.
 *
 * @param headers - the target's, names in lower case, several fields of one name as an array
 */
export function buildResponseHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const named = headers.connection === undefined ? [] : namedByConnection(headers.connection)
  const kept: IncomingHttpHeaders = {}
  for (const [name, value] of Object.entries(headers)) {
    if (dropped.has(name) || name.startsWith('proxy-')) continue
    if (named.includes(name) || isOursInAnySpelling(name)) continue
    kept[name] = value
  }
  return kept
}

/** The target may not name away what every recipient needs, `content-length` above all: such names are not heeded. */
function namedByConnection(value: string | readonly string[]): readonly string[] {
  return readConnectionOptions(String(value)).filter((name) => !isEndToEndField(name))
}
