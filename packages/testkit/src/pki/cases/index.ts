import { createWorld, makeCase, type OddCase } from './case.js'
import { CHAIN_CASES } from './chain.js'
import { ENCODING_CASES } from './encoding.js'
import { EXTENSION_LIST_CASES } from './extension-list.js'
import { EXTENSION_MEANING_CASES } from './extension-meaning.js'
import { EXTENSION_VALUE_CASES } from './extension-value.js'
import { FIELD_CASES } from './field.js'
import { NAME_CONSTRAINT_CASES } from './name-constraint.js'
import { PATH_BUILDING_CASES } from './path-building.js'
import { POLICY_CASES } from './policy.js'
import { SELF_SIGNED_CASES } from './self-signed.js'

export type { OddCase } from './case.js'

/**
 * Certificates and chains that RFC 5280 forbids, or that are easily decided wrongly, among them some that are to be accepted:
 * who refuses everything fails too. All are for the purpose clientAuth, and made anew at each call (about a second).
 *
 * @param at the time to decide for. Default: 15 January 2030. Sections in `why` are RFC 5280's, where no other is named.
 */
export function caseTable(at: Date = new Date('2030-01-15T12:00:00Z')): readonly OddCase[] {
  const world = createWorld(at)
  return [
    ...ENCODING_CASES,
    ...FIELD_CASES,
    ...EXTENSION_LIST_CASES,
    ...EXTENSION_VALUE_CASES,
    ...EXTENSION_MEANING_CASES,
    ...CHAIN_CASES,
    ...PATH_BUILDING_CASES,
    ...NAME_CONSTRAINT_CASES,
    ...POLICY_CASES,
    ...SELF_SIGNED_CASES,
  ].map((definition) => makeCase(definition, world))
}
