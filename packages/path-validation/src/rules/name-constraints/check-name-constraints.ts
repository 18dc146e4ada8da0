import type { Certificate } from '../../certificate/certificate.js'
import type { GeneralSubtree } from '../../certificate/extensions.js'
import { escapeHarmful } from '../../name/display.js'
import type { GeneralName } from '../../name/name.js'
import type { Budget } from '../../path/budget.js'
import { type Objection, objectTo } from '../../path/objection.js'
import { isSelfIssued } from '../../path/self-issued.js'
import { comparisonOf, problemOf } from './constraint.js'

interface Constraints {
  /** One list for each CA that permits: a name must be within one of every list that speaks of its form. */
  readonly permitted: readonly (readonly GeneralSubtree[])[]
  readonly excluded: readonly GeneralSubtree[]
}

/**
 * Every name of every certificate is within what the CAs above it permit, and outside of what they exclude: the subject,
 * the e-mail addresses in it, and all alternative names. Self-issued certificates are exempt unless they are the leaf.
 *
 * @param path from the leaf to the anchor, whose own constraints count
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.3 (b) and (c), 6.1.4 (g)
 */
export function checkNameConstraints(
  path: readonly Certificate[],
  budget: Budget,
): Objection | null {
  let constraints: Constraints = { permitted: [], excluded: [] }
  for (let i = path.length - 1; i >= 0; i--) {
    const certificate = path[i]
    if (certificate === undefined) continue
    // The anchor comes first, when nothing constrains yet.
    const isExempt = i > 0 && isSelfIssued(certificate)
    if (!isExempt) {
      const problem = findViolation(certificate, constraints, budget)
      if (problem !== null) return objectTo(certificate, 'name_constraint_violation', problem)
    }
    if (i === 0) break
    const problem = findProblem(certificate)
    if (problem !== null) return objectTo(certificate, 'name_constraint_violation', problem)
    constraints = narrow(constraints, certificate)
  }
  return null
}

function findProblem(issuer: Certificate): string | null {
  const own = issuer.extensions.nameConstraints
  if (own === null) return null
  for (const subtree of [...own.permitted, ...own.excluded]) {
    const problem = problemOf(subtree)
    if (problem !== null) return problem
  }
  return null
}

function narrow(constraints: Constraints, issuer: Certificate): Constraints {
  const own = issuer.extensions.nameConstraints
  if (own === null) return constraints
  return {
    permitted: [...constraints.permitted, own.permitted],
    excluded: [...constraints.excluded, ...own.excluded],
  }
}

function findViolation(
  certificate: Certificate,
  { permitted, excluded }: Constraints,
  budget: Budget,
): string | null {
  if (permitted.length === 0 && excluded.length === 0) return null
  for (const name of namesOf(certificate)) {
    const compare = comparisonOf(name)
    for (const list of permitted) {
      const ofForm = list.filter(({ base }) => base.type === name.type)
      budget.spend('maxNameComparisons', list.length)
      const isPermitted = ofForm.some(({ base }) => compare(base, false) === 'within')
      if (ofForm.length > 0 && !isPermitted)
        return `${show(name)} is not permitted by a CA above it`
    }
    budget.spend('maxNameComparisons', excluded.length)
    for (const { base } of excluded) {
      const isFree = base.type !== name.type || compare(base, true) === 'outside'
      if (!isFree) return `${show(name)} is excluded by a CA above it`
    }
  }
  return null
}

const show = (name: GeneralName): string => `the name ${name.type}:${escapeHarmful(name.value)}`

function namesOf({ subject, extensions }: Certificate): readonly GeneralName[] {
  const names = [...(extensions.subjectAlternativeNames ?? [])]
  if (subject.relativeNames.length > 0) {
    names.push({ type: 'directory', value: subject.text, name: subject })
  }
  for (const value of subject.emailAddresses) names.push({ type: 'email', value })
  return names
}
