/** @see https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1 */
import type { GuardedFields } from '../guarded-fields.js'
import { type Refusal, refuse } from '../refusal.js'

const unknownExpectation = refuse('expectation_refused', 'Expect is not one 100-continue')

/**
 * Checks that the one expectation, if any, is `100-continue`, without case. Node looks for that
 * word anywhere in the value.
 */
export function checkExpectation(fields: GuardedFields): Refusal | null {
  if (fields.expectCount === 0) return null
  if (fields.expectCount === 1 && fields.expect?.toLowerCase() === '100-continue') return null
  return unknownExpectation
}
