import type { Certificate } from '../certificate/certificate.js'
import { checkKeyStrength, checkSignatureStrength } from '../rules/algorithms.js'
import { checkIsCa } from '../rules/basic-constraints.js'
import { checkCriticalExtensions } from '../rules/critical-extensions.js'
import { checkMaySignCertificates } from '../rules/key-usage.js'
import { checkSignature } from '../rules/signature.js'
import { checkValidity } from '../rules/validity.js'
import type { Budget } from './budget.js'
import { type Candidate, listCandidates } from './candidates.js'
import type { PathInput } from './input.js'
import { describe, type Objection } from './objection.js'
import type { Trace } from './trace.js'
import { type Failure, moreUseful } from './usefulness.js'

/** What one search works with. */
export interface Search {
  readonly input: PathInput
  readonly budget: Budget
  readonly trace: Trace
  /** The rules for a whole path, from the leaf to an anchor. */
  readonly checkPath: (path: readonly Certificate[]) => Objection | null
  /** The most useful reason so far. */
  failure: Failure | null
}

/**
 * Extends a path that begins with the leaf until it ends at an anchor and holds, going back from whatever fails: depth
 * first, the likeliest candidate first, no name with the same key twice in a path.
 *
 * @throws {BudgetExceeded}
 * @see https://www.rfc-editor.org/rfc/rfc4158#section-2.4
 */
export function findPath(
  search: Search,
  path: readonly Certificate[],
): readonly Certificate[] | null {
  const child = path.at(-1)
  if (child === undefined) return null
  const { input, budget, trace } = search
  let isDeadEnd = true
  for (const candidate of listCandidates(child, input, budget.limits.maxPoolSize)) {
    if (path.some((earlier) => isSameEntity(earlier, candidate.certificate))) continue
    isDeadEnd = false
    budget.spend('maxCandidates')
    const longer = [...path, candidate.certificate]
    const objection = checkCandidate(search, child, candidate, path.length === 1)
    if (objection !== null) {
      trace.fail('candidate', longer, objection)
      note(search, objection, false)
      continue
    }
    const where = candidate.isAnchor ? 'a trust anchor' : 'an intermediate'
    trace.pass('candidate', longer, () => `${describe(candidate.certificate)}: ${where}`)
    const found = candidate.isAnchor ? checkWhole(search, longer) : descend(search, longer)
    if (found !== null) return found
  }
  if (isDeadEnd) noteDeadEnd(search, path, child)
  return null
}

function descend(search: Search, path: readonly Certificate[]): readonly Certificate[] | null {
  const { maxPathLength } = search.budget.limits
  // The anchor is still to come.
  if (path.length < maxPathLength) return findPath(search, path)
  const detail = `a path of more than ${maxPathLength} certificates`
  const objection: Objection = { reason: 'budget_exceeded', detail }
  search.trace.fail('dead-end', path, objection)
  note(search, objection, false)
  return null
}

function checkWhole(search: Search, path: readonly Certificate[]): readonly Certificate[] | null {
  const objection = search.checkPath(path)
  if (objection === null) {
    search.trace.pass('accepted', path, () => 'every rule holds')
    return path
  }
  search.trace.fail('rule', path, objection)
  note(search, objection, true)
  return null
}

/** What can be said of an issuer without knowing the whole path. The signature comes before what it vouches for. */
function checkCandidate(
  { input, budget }: Search,
  child: Certificate,
  { certificate, isAnchor }: Candidate,
  isLeaf: boolean,
): Objection | null {
  const algorithms = input.algorithms ?? {}
  return (
    checkKeyStrength(certificate, algorithms) ??
    checkSignature(child, certificate, budget, isLeaf) ??
    // An anchor is trusted as it is: nobody relies on its signature.
    (isAnchor ? null : checkSignatureStrength(certificate, algorithms)) ??
    checkValidity(certificate, input.at) ??
    checkIsCa(certificate, isAnchor) ??
    checkMaySignCertificates(certificate) ??
    checkCriticalExtensions(certificate)
  )
}

function noteDeadEnd(search: Search, path: readonly Certificate[], child: Certificate): void {
  const detail = `${describe(child)}: no certificate of its issuer "${child.issuer.text}" leads to a trust anchor`
  const objection: Objection = { reason: 'untrusted_issuer', detail }
  search.trace.fail('dead-end', path, objection)
  note(search, objection, false)
}

function note(search: Search, objection: Objection, reachedAnchor: boolean): void {
  search.failure = moreUseful(search.failure, { ...objection, reachedAnchor })
}

/** RFC 4158 section 2.4.2: the same name with the same key is the same CA, and a path that meets it again is a loop. */
function isSameEntity(one: Certificate, other: Certificate): boolean {
  return (
    one.subject.normalized === other.subject.normalized &&
    Buffer.compare(one.publicKey.spki, other.publicKey.spki) === 0
  )
}
