/**
 * What of the target's response headers reaches the client: all but what is for the connection between edge and target,
 * and our own names. `connection` is left to Node, which knows the client's connection: an HTTP/1.0 client that is told
 * `keep-alive` by the target would wait for ever.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
import type { IncomingHttpHeaders } from 'node:http'
import { valuesOf } from '../upstream/response-head.js'
import { isEndToEndField, readConnectionOptions } from './connection-header.js'
import { isOursInAnySpelling } from './header-names.js'
import { rememberByName } from './name-memory.js'

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
  // No name for a field of an object, in which Fastify keeps them.
  '__proto__',
])

/**
 * Fields that an answer has once. Of several the first one counts, as for Node's own reader: whoever reads behind the edge would
 * choose for itself, and Node sends none of them twice over HTTP/2.
 */
const single = new Set([
  'access-control-allow-credentials',
  'access-control-max-age',
  'age',
  'content-location',
  'content-md5',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'retry-after',
  'server',
  'strict-transport-security',
  'x-content-type-options',
])

/** Lists that Node sends as one field alone over HTTP/2; it means the same (RFC 9110 section 5.3). */
const oneLine = new Set(['content-encoding', 'content-language'])

/** Without a body, whatever the headers say (RFC 9110 section 8.6): HTTP/2 clients take a length there for an error. */
const bodiless = new Set([204, 205])

/**
 * Builds the headers of the response to the client.
 *
 * @param fields - the target's, name in lower case and value in turn
 * @returns several fields of one name as an array
 */
export function buildResponseHeaders(
  statusCode: number,
  fields: readonly string[],
): IncomingHttpHeaders {
  const named = namedByConnection(fields)
  // Without a prototype: `constructor` is a name of a field too.
  const kept: IncomingHttpHeaders = Object.create(null)
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at] ?? ''
    const value = fields[at + 1] ?? ''
    if (!passes(name) || named.includes(name)) continue
    if (name === 'content-length' && bodiless.has(statusCode)) continue
    const before = kept[name]
    kept[name] = before === undefined ? value : both(name, before, value)
  }
  return kept
}

function both(name: string, before: string | readonly string[], value: string): string | string[] {
  if (typeof before !== 'string') return [...before, value]
  if (single.has(name)) return before
  return oneLine.has(name) ? `${before}, ${value}` : [before, value]
}

const passes = rememberByName(
  (name): boolean => !dropped.has(name) && !name.startsWith('proxy-') && !isOursInAnySpelling(name),
)

/** The target may not name away what every recipient needs, `content-length` above all: such names are not heeded. */
function namedByConnection(fields: readonly string[]): readonly string[] {
  const values = valuesOf(fields, 'connection')
  if (values.length === 0) return values
  return readConnectionOptions(values.join(',')).filter((name) => !isEndToEndField(name))
}
