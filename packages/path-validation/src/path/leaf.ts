import { checkKeyStrength, checkSignatureStrength } from '../rules/algorithms.js'
import { checkIsNotCa } from '../rules/basic-constraints.js'
import { checkCriticalExtensions } from '../rules/critical-extensions.js'
import { checkServesClients } from '../rules/extended-key-usage.js'
import { checkMaySign } from '../rules/key-usage.js'
import { checkValidity } from '../rules/validity.js'
import type { PathInput } from './input.js'
import type { Objection } from './objection.js'

/** The rules for the leaf that no path can change, the ones that a person would look for first at the front. */
export function checkLeaf({ leaf, at, purpose, algorithms = {} }: PathInput): Objection | null {
  return (
    checkValidity(leaf, at) ??
    checkKeyStrength(leaf, algorithms) ??
    checkSignatureStrength(leaf, algorithms) ??
    (purpose === 'clientAuth'
      ? (checkIsNotCa(leaf) ?? checkMaySign(leaf) ?? checkServesClients(leaf))
      : null) ??
    checkCriticalExtensions(leaf)
  )
}
