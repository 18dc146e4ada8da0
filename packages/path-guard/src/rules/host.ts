/**
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2 and
 * https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1
 */
import type { GuardedFields } from '../guarded-fields.js'
import { type Refusal, refuse } from '../refusal.js'

const missing = refuse('bad_host', 'there is no Host')
const twice = refuse('bad_host', 'there is more than one Host')
const differs = refuse('bad_host', 'Host is not the :authority')
const malformed = refuse('bad_host', 'Host is not a name with an optional port')

/** RFC 1035 section 2.3.4: a name has 255 bytes on the wire, which is 253 characters. */
const MAX_NAME_LENGTH = 253
const HIGHEST_PORT = 65_535

/**
 * Labels of letters, digits, `-`, `_` with one dot between them, or an IPv6 address in brackets;
 * then a port that is not empty.
 */
const HOST = /^(?:([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\.?|(\[[0-9A-Fa-f:.]+\]))(?::([0-9]{1,5}))?$/

/**
 * Checks that the request names one host: a single Host field, or HTTP/2's `:authority` with no
 * other Host beside it.
 *
 * @returns a refusal, or the host as the client spelt it
 */
export function checkHostFields(fields: GuardedFields): Refusal | string {
  if (fields.hostCount > 1) return twice
  if (fields.authority !== null) {
    if (fields.host !== null && fields.host !== fields.authority) return differs
    return fields.authority
  }
  return fields.host ?? missing
}

/**
 * Reads the name out of a Host value: without case, one trailing dot, and port.
 *
 * @returns a refusal when it holds anything that no host and port have: user info, spaces, escapes,
 * empty labels, port 0 or over 65535
 */
export function readHostName(host: string): Refusal | string {
  const match = HOST.exec(host)
  if (match === null) return malformed
  const name = match[1] ?? match[2] ?? ''
  if (name.length > MAX_NAME_LENGTH) return malformed
  if (match[3] !== undefined && !isPort(match[3])) return malformed
  return name.toLowerCase()
}

function isPort(digits: string): boolean {
  const port = Number(digits)
  return port > 0 && port <= HIGHEST_PORT
}
