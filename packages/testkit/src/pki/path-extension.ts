import { context, contextPrimitive, type Der, integer, objectIdentifier, sequence } from './der.js'
import { EXTENSION_OIDS, type Extension } from './extension.js'
import { encodeGeneralName, type GeneralName } from './general-name.js'

/** A base of a name constraint, with the `minimum` and `maximum` that RFC 5280 forbids where a test wants them. */
export type GeneralSubtree = GeneralName & { readonly minimum?: number; readonly maximum?: number }

/** The permitted and excluded subtrees of a CA. */
export interface NameConstraints {
  readonly permitted?: readonly GeneralSubtree[]
  readonly excluded?: readonly GeneralSubtree[]
}

/**
 * NameConstraints, critical.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10
 */
export function nameConstraints({ permitted, excluded }: NameConstraints): Extension {
  const parts: Buffer[] = []
  if (permitted) parts.push(context(0, ...permitted.map(encodeSubtree)))
  if (excluded) parts.push(context(1, ...excluded.map(encodeSubtree)))
  return { oid: EXTENSION_OIDS.nameConstraints, critical: true, value: sequence(...parts) }
}

function encodeSubtree(subtree: GeneralSubtree): Buffer {
  const parts = [encodeGeneralName(subtree)]
  if (subtree.minimum !== undefined) parts.push(implicitInteger(0, subtree.minimum))
  if (subtree.maximum !== undefined) parts.push(implicitInteger(1, subtree.maximum))
  return sequence(...parts)
}

function implicitInteger(number: number, value: number): Buffer {
  return contextPrimitive(number, integer(value).subarray(2))
}

/** anyPolicy. */
export const ANY_POLICY = '2.5.29.32.0'

/** A policy by its OID, or with its qualifiers' DER (each a PolicyQualifierInfo). */
export type Policy = string | { readonly oid: string; readonly qualifiers: readonly Der[] }

/** CertificatePolicies. */
export function certificatePolicies(policies: readonly Policy[], critical = false): Extension {
  const value = sequence(...policies.map(encodePolicy))
  return { oid: EXTENSION_OIDS.certificatePolicies, critical, value }
}

function encodePolicy(policy: Policy): Buffer {
  if (typeof policy === 'string') return sequence(objectIdentifier(policy))
  return sequence(objectIdentifier(policy.oid), sequence(...policy.qualifiers))
}

/** PolicyMappings, critical: pairs of the issuer's policy and the subject's. */
export function policyMappings(pairs: readonly (readonly [string, string])[]): Extension {
  const value = sequence(...pairs.map((pair) => sequence(...pair.map(objectIdentifier))))
  return { oid: EXTENSION_OIDS.policyMappings, critical: true, value }
}

/** How many certificates may follow before policies are required, or before mapping stops. */
export interface PolicyConstraints {
  readonly requireExplicitPolicy?: number
  readonly inhibitPolicyMapping?: number
}

/** PolicyConstraints, critical. */
export function policyConstraints(from: PolicyConstraints): Extension {
  const parts: Buffer[] = []
  const { requireExplicitPolicy, inhibitPolicyMapping } = from
  if (requireExplicitPolicy !== undefined) parts.push(implicitInteger(0, requireExplicitPolicy))
  if (inhibitPolicyMapping !== undefined) parts.push(implicitInteger(1, inhibitPolicyMapping))
  return { oid: EXTENSION_OIDS.policyConstraints, critical: true, value: sequence(...parts) }
}

/** InhibitAnyPolicy, critical. */
export function inhibitAnyPolicy(skipCertificates: number): Extension {
  return { oid: EXTENSION_OIDS.inhibitAnyPolicy, critical: true, value: integer(skipCertificates) }
}
