/**
 * The header rule: nothing that a client sends ever becomes one of our headers, in any spelling. The headers for the
 * target are built from the client's raw ones by leaving out, and ours are set afterwards.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6
 */

import { InvalidConnectionHeaderError } from '../errors.js'
import { isEndToEndField, readConnectionOptions } from './connection-header.js'
import { judgeRequestHeaderName } from './header-names.js'
import { rememberByName } from './name-memory.js'

/**
 * Builds the headers of the request to the target.
 *
 * @param raw - the client's headers as they came, name and value in turn
 * @param ours - the headers of the edge, name and value in turn; they stand last and nothing removes them
 * @returns name and value in turn, without Host and the framing of the body
 * @throws FST_AUTH0_FORWARDER_INVALID_CONNECTION_HEADER
 */
export function buildRequestHeaders(raw: readonly string[], ours: readonly string[]): string[] {
  const headers: string[] = []
  let connection = ''
  let cookieAt = -1
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? ''
    const value = raw[at + 1] ?? ''
    if (name.length === 6 && name.toLowerCase() === 'cookie') {
      // Over HTTP/2 each cookie may be a field of its own; these MUST become one (RFC 9113 section 8.2.3).
      if (cookieAt === -1) cookieAt = headers.push(name, value) - 1
      else headers[cookieAt] += `; ${value}`
    } else if (passes(name)) headers.push(name, value)
    else if (name.length === 10 && name.toLowerCase() === 'connection') {
      connection = connection === '' ? value : `${connection},${value}`
    }
  }
  const kept =
    connection === '' ? headers : withoutNamed(headers, readConnectionOptions(connection))
  kept.push(...ours)
  return kept
}

function withoutNamed(headers: string[], named: readonly string[]): string[] {
  if (named.length === 0) return headers
  if (named.some(isEndToEndField)) throw new InvalidConnectionHeaderError()
  // A header may name thousands.
  const names = new Set(named)
  const kept: string[] = []
  for (let at = 0; at + 1 < headers.length; at += 2) {
    const name = headers[at] ?? ''
    if (!names.has(name.toLowerCase())) kept.push(name, headers[at + 1] ?? '')
  }
  return kept
}

const passes = rememberByName((name): boolean => judgeRequestHeaderName(name) === 'pass')
