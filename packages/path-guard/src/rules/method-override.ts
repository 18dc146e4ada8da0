import type { GuardedFields } from '../guarded-fields.js'
import { type Refusal, refuse } from '../refusal.js'

const methodOverride = refuse('method_override', 'a header asks for another method')

/**
 * Refuses `X-HTTP-Method`, `X-HTTP-Method-Override` and `X-Method-Override`, whatever they say: a
 * framework behind the edge may obey them, and the method that was decided on is then not the one
 * that is done.
 */
export function checkMethodOverride(fields: GuardedFields): Refusal | null {
  return fields.hasMethodOverride ? methodOverride : null
}
