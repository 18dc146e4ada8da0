import { DerError } from '../../der/error.js'
import { readCount, readOid } from '../../der/primitive.js'
import { type DerReader, implicit, TAG } from '../../der/reader.js'
import type { CertificatePolicies, PolicyConstraints, PolicyMapping } from '../extensions.js'

/**
 * Reads certificatePolicies. Qualifiers are checked for their outer shape and not kept: nothing here acts on them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.4
 */
export function readPolicies(reader: DerReader, critical: boolean): CertificatePolicies {
  const what = 'certificatePolicies'
  const list = reader.read(TAG.sequence, what)
  const oids = new Set<string>()
  do {
    const policy = list.read(TAG.sequence, what)
    const oid = readOid(policy, what)
    policy.readOptional(TAG.sequence, what)
    policy.expectEnd(what)
    if (oids.has(oid)) throw new DerError(`${what}: a policy stands there twice`)
    oids.add(oid)
  } while (!list.isAtEnd)
  return { critical, oids: [...oids] }
}

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.5 */
export function readPolicyMappings(reader: DerReader): readonly PolicyMapping[] {
  const what = 'policyMappings'
  const list = reader.read(TAG.sequence, what)
  const mappings: PolicyMapping[] = []
  do {
    const pair = list.read(TAG.sequence, what)
    const issuerDomain = readOid(pair, what)
    const subjectDomain = readOid(pair, what)
    pair.expectEnd(what)
    mappings.push({ issuerDomain, subjectDomain })
  } while (!list.isAtEnd)
  return mappings
}

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.11 */
export function readPolicyConstraints(reader: DerReader): PolicyConstraints {
  const what = 'policyConstraints'
  const value = reader.read(TAG.sequence, what)
  const count = (tag: number): number | null =>
    value.peek() === tag ? readCount(value, what, tag) : null
  const requireExplicitPolicy = count(implicit(0))
  const inhibitPolicyMapping = count(implicit(1))
  value.expectEnd(what)
  if (requireExplicitPolicy === null && inhibitPolicyMapping === null) {
    throw new DerError(`${what}: an empty sequence`)
  }
  return { requireExplicitPolicy, inhibitPolicyMapping }
}

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.14 */
export const readInhibitAnyPolicy = (reader: DerReader): number =>
  readCount(reader, 'inhibitAnyPolicy')
