import type { Certificate } from '../certificate/certificate.js'
import { checkKeyStrength, checkSignatureStrength } from '../rules/algorithms.js'
import { checkIsNotCa } from '../rules/basic-constraints.js'
import { checkCriticalExtensions } from '../rules/critical-extensions.js'
import { checkNestedPurpose, checkServesClients } from '../rules/extended-key-usage.js'
import { checkMaySign } from '../rules/key-usage.js'
import { checkNameConstraints } from '../rules/name-constraints/check-name-constraints.js'
import { checkPathLength } from '../rules/path-length.js'
import { checkPolicies } from '../rules/policies/check-policies.js'
import { checkValidity } from '../rules/validity.js'
import { Budget, BudgetExceeded } from './budget.js'
import type { PathInput } from './input.js'
import type { Objection } from './objection.js'
import { findPath, type Search } from './search.js'
import { Trace } from './trace.js'
import type { PathVerdict } from './verdict.js'

/**
 * Decides whether a leaf has a valid path to a trust anchor: builds paths, with backtracking and within a budget, and
 * applies every rule of RFC 5280 section 6.1 to them. It never throws: what goes wrong is a refusal.
 *
 * Names of servers are not compared, nothing is fetched, and the clock is not read.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1
 * @see https://www.rfc-editor.org/rfc/rfc9618 (policies)
 */
export function validatePath(input: PathInput): PathVerdict {
  const trace = new Trace()
  const budget = new Budget(input.limits)
  const objection = checkLeaf(input)
  if (objection !== null) {
    trace.add('rule', [input.leaf], objection)
    return { valid: false, ...objection, trace: trace.steps }
  }
  const checkPath = (path: readonly Certificate[]) => checkWholePath(path, input, budget)
  const search: Search = { input, budget, trace, checkPath, failure: null }
  try {
    const path = findPath(search, [input.leaf])
    if (path !== null) return { valid: true, path, notAfter: earliestEnd(path), trace: trace.steps }
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error
    const exceeded: Objection = { reason: 'budget_exceeded', detail: error.message }
    trace.add('dead-end', [input.leaf], exceeded)
    return { valid: false, ...exceeded, trace: trace.steps }
  }
  const detail = `"${input.leaf.issuer.text}" is no trust anchor and leads to none`
  const { reason, detail: found } = search.failure ?? { reason: 'untrusted_issuer', detail }
  return { valid: false, reason, detail: found, trace: trace.steps }
}

/** The rules for the leaf that no path can change, the ones that a person would look for first at the front. */
function checkLeaf({ leaf, at, purpose, algorithms = {} }: PathInput): Objection | null {
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

/** The rules that need the whole path. */
function checkWholePath(
  path: readonly Certificate[],
  input: PathInput,
  budget: Budget,
): Objection | null {
  return (
    checkPathLength(path) ??
    (input.purpose === 'clientAuth' ? checkNestedPurpose(path) : null) ??
    checkNameConstraints(path, budget) ??
    checkPolicies(path, input.policies ?? {}, budget)
  )
}

function earliestEnd(path: readonly Certificate[]): Date {
  return new Date(Math.min(...path.map(({ notAfter }) => notAfter.getTime())))
}
