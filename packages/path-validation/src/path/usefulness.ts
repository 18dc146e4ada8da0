import type { Objection } from './objection.js'
import type { PathReason } from './reason.js'

/**
 * How much a reason helps who has to mend it, when several paths failed each for its own: first what is wrong with a path that
 * would hold otherwise, last that there is none. What stands earlier wins.
 */
const ORDER: readonly PathReason[] = [
  'budget_exceeded',
  'malformed_certificate',
  'revoked',
  'expired',
  'not_yet_valid',
  'ca_as_leaf',
  'wrong_purpose',
  'name_constraint_violation',
  'policy_violation',
  'path_length_exceeded',
  'unknown_critical_extension',
  'wrong_key_usage',
  'not_a_ca',
  'weak_key',
  'weak_signature',
  'revocation_unknown',
  'forged_ca_name',
  'bad_signature',
  'untrusted_issuer',
]

/** An objection, and how far its path had come. */
export interface Failure extends Objection {
  /** Whether every signature from the leaf to an anchor was good: such a path is nearer to what was meant. */
  readonly reachedAnchor: boolean
}

/** The more useful of two failures; of two that are alike the first, as better candidates are tried first. */
export function moreUseful(first: Failure | null, second: Failure): Failure {
  if (first === null) return second
  if (first.reachedAnchor !== second.reachedAnchor) return first.reachedAnchor ? first : second
  return ORDER.indexOf(second.reason) < ORDER.indexOf(first.reason) ? second : first
}
