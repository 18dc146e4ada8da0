import type { Certificate } from '../../certificate/certificate.js'
import type { Budget } from '../../path/budget.js'
import type { PolicyInput } from '../../path/input.js'
import { type Objection, objectTo } from '../../path/objection.js'
import { isSelfIssued } from '../../path/self-issued.js'
import { ANY_POLICY, PolicyGraph } from './policy-graph.js'

interface State {
  readonly graph: PolicyGraph
  /** How many more certificates may pass before a policy is required; 0: it is. */
  explicitPolicy: number
  policyMapping: number
  inhibitAnyPolicy: number
}

/**
 * The path is valid for a policy, where one is required: by the configuration, or by a CA of the path. An anchor's
 * policies and constraints limit the initial values (RFC 5937).
 *
 * @param path from the leaf to the anchor
 * @see https://www.rfc-editor.org/rfc/rfc9618#section-5
 * @see https://www.rfc-editor.org/rfc/rfc5937#section-3.2
 */
export function checkPolicies(
  path: readonly Certificate[],
  input: PolicyInput,
  budget: Budget,
): Objection | null {
  const anchor = path.at(-1)
  const leaf = path[0]
  if (anchor === undefined || leaf === undefined) return null
  const state = start(path.length - 1, anchor, input, budget)
  for (let i = path.length - 2; i >= 0; i--) {
    const certificate = path[i]
    if (certificate === undefined) continue
    const isLeaf = i === 0
    addPolicies(state, certificate, isLeaf)
    if (state.explicitPolicy === 0 && state.graph.isEmpty) return refuse(certificate)
    if (isLeaf) continue
    const mapsAny = certificate.extensions.policyMappings?.some(
      ({ issuerDomain, subjectDomain }) =>
        issuerDomain === ANY_POLICY || subjectDomain === ANY_POLICY,
    )
    // Section 6.1.4 (a)
    if (mapsAny === true) return objectTo(certificate, 'policy_violation', 'it maps anyPolicy')
    prepareNext(state, certificate)
  }
  return wrapUp(state, leaf, [input.initialPolicySet, anchor.extensions.policies?.oids])
}

function start(n: number, anchor: Certificate, input: PolicyInput, budget: Budget): State {
  const state: State = {
    graph: new PolicyGraph(budget),
    explicitPolicy: input.requireExplicitPolicy === true ? 0 : n + 1,
    policyMapping: input.inhibitPolicyMapping === true ? 0 : n + 1,
    inhibitAnyPolicy: input.inhibitAnyPolicy === true ? 0 : n + 1,
  }
  applyConstraints(state, anchor)
  return state
}

/** Section 6.1.3 (d) and (e). */
function addPolicies(state: State, certificate: Certificate, isLeaf: boolean): void {
  const { policies } = certificate.extensions
  if (policies === null) state.graph.clear()
  if (policies === null || state.graph.isEmpty) return
  const mayUseAny = state.inhibitAnyPolicy > 0 || (!isLeaf && isSelfIssued(certificate))
  state.graph.add(policies.oids, mayUseAny)
}

/** Section 6.1.4 (b), (h), (i) and (j). */
function prepareNext(state: State, certificate: Certificate): void {
  const { policyMappings } = certificate.extensions
  if (policyMappings !== null && !state.graph.isEmpty) {
    if (state.policyMapping > 0) state.graph.map(policyMappings)
    else state.graph.remove(policyMappings)
  }
  if (!isSelfIssued(certificate)) {
    state.explicitPolicy = Math.max(0, state.explicitPolicy - 1)
    state.policyMapping = Math.max(0, state.policyMapping - 1)
    state.inhibitAnyPolicy = Math.max(0, state.inhibitAnyPolicy - 1)
  }
  applyConstraints(state, certificate)
}

function applyConstraints(state: State, { extensions }: Certificate): void {
  const { policyConstraints, inhibitAnyPolicy } = extensions
  const least = (value: number, limit: number | null | undefined): number =>
    Math.min(value, limit ?? value)
  state.explicitPolicy = least(state.explicitPolicy, policyConstraints?.requireExplicitPolicy)
  state.policyMapping = least(state.policyMapping, policyConstraints?.inhibitPolicyMapping)
  state.inhibitAnyPolicy = least(state.inhibitAnyPolicy, inhibitAnyPolicy)
}

/** Section 6.1.5 (a), (b) and (g). `sets`: what is acceptable, each to one who has a say. */
function wrapUp(
  state: State,
  leaf: Certificate,
  sets: readonly (readonly string[] | undefined)[],
): Objection | null {
  const isRequired =
    Math.max(0, state.explicitPolicy - 1) === 0 ||
    leaf.extensions.policyConstraints?.requireExplicitPolicy === 0
  if (!isRequired) return null
  if (state.graph.isEmpty) return refuse(leaf)
  let left = state.graph.authoritiesPolicies()
  for (const set of sets) {
    if (set === undefined || set.includes(ANY_POLICY)) continue
    const before = left
    left = new Set(before === 'any' ? set : set.filter((policy) => before.has(policy)))
  }
  return left === 'any' || left.size > 0 ? null : refuse(leaf)
}

const refuse = (certificate: Certificate): Objection =>
  objectTo(certificate, 'policy_violation', 'the path is valid for no acceptable policy')
