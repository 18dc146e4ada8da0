/** @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
import { type Refusal, refuse } from '../refusal.js'

const absoluteForm = refuse('absolute_form', 'the target begins with a scheme')
const notPath = refuse('malformed_request', 'the target does not begin with a slash')
const badBytes = refuse(
  'malformed_request',
  'the target holds #, a space, control or non-ASCII byte',
)
const backslash = refuse('malformed_request', 'the path holds a backslash')

/**
 * Everything but visible ASCII, and `#`: a fragment is never sent, and readers disagree on what
 * comes after one that is.
 */
const FORBIDDEN = /[^\x21\x22\x24-\x7e]/
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/
const SLASH = 0x2f

/**
 * Checks the form of a target (origin-form alone) and its bytes. The query may hold any visible
 * ASCII but `#`: what it means is the endpoint's business, not the path's.
 *
 * @param target as it came in the request line
 */
export function checkRequestTarget(target: string): Refusal | null {
  if (target.charCodeAt(0) !== SLASH) return SCHEME.test(target) ? absoluteForm : notPath
  return FORBIDDEN.test(target) ? badBytes : null
}

/** Gives the path: the bytes up to the first `?`, as they came. */
export function readPath(target: string): string {
  const queryStart = target.indexOf('?')
  return queryStart === -1 ? target : target.slice(0, queryStart)
}

/**
 * Refuses a path with a backslash, which URL parsers (WHATWG) turn into a slash: `/\host/x` then
 * names another host.
 */
export function checkPathBytes(path: string): Refusal | null {
  return path.includes('\\') ? backslash : null
}
