/** @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
import type { GuardedFields } from '../guarded-fields.js'
import { type Refusal, refuse } from '../refusal.js'

const twice = refuse('ambiguous_framing', 'there is more than one Content-Length')
const notDigits = refuse('ambiguous_framing', 'Content-Length is not a number of digits')

/**
 * 15 digits are the most that a JavaScript number always holds exactly; a reader that overflows
 * sees another length.
 */
const MAX_DIGITS = 15
const DIGITS = new RegExp(`^[0-9]{1,${MAX_DIGITS}}$`)

/**
 * Checks that there is at most one Content-Length, of digits alone: no sign, list, fraction,
 * hexadecimal.
 */
export function checkContentLength(fields: GuardedFields): Refusal | null {
  if (fields.contentLengthCount === 0) return null
  if (fields.contentLengthCount > 1) return twice
  if (fields.contentLength === null || !DIGITS.test(fields.contentLength)) return notDigits
  return null
}
