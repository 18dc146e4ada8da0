import type { Certificate } from '../certificate/certificate.js'
import { checkKeyStrength, checkSignatureStrength } from '../rules/algorithms.js'
import { checkCriticalExtensions } from '../rules/critical-extensions.js'
import { checkServesClients } from '../rules/extended-key-usage.js'
import { checkCaName } from '../rules/forged-ca-name.js'
import { checkMaySign } from '../rules/key-usage.js'
import { checkSignature } from '../rules/signature.js'
import { checkValidity } from '../rules/validity.js'
import { Budget } from './budget.js'
import { DEFAULT_LIMITS } from './input.js'
import { type Objection, objectTo } from './objection.js'
import type { SelfSignedVerdict } from './verdict.js'

/** What {@link checkSelfSigned} decides over. */
export interface SelfSignedInput {
  readonly leaf: Certificate
  /** The time to decide for. */
  readonly at: Date
  /** The configured CAs, whose names nobody else may bear. */
  readonly trustAnchors: readonly Certificate[]
  readonly intermediates: readonly Certificate[]
}

/**
 * Decides whether a self-signed certificate is what it has to be before its thumbprint is looked up: signed by its own key, in
 * date, strong, meant for a TLS client where it says anything, and not in the name of a configured CA. It does not say
 * whom the certificate belongs to: nothing in it but the key can be relied on.
 *
 * A basic constraint that makes it a CA is no reason to refuse, as OpenSSL writes one by default.
 */
export function checkSelfSigned(input: SelfSignedInput): SelfSignedVerdict {
  const { leaf, at, trustAnchors, intermediates } = input
  const objection =
    checkValidity(leaf, at) ??
    checkKeyStrength(leaf, {}) ??
    checkKeySize(leaf) ??
    checkSignatureStrength(leaf, {}) ??
    checkSignature(leaf, leaf, new Budget(), true) ??
    checkCaName(leaf, [...trustAnchors, ...intermediates]) ??
    checkMaySign(leaf) ??
    checkServesClients(leaf) ??
    checkCriticalExtensions(leaf)
  if (objection === null) return { valid: true, notAfter: leaf.notAfter }
  const path = [{ thumbprint: leaf.thumbprint, subject: leaf.subject.text }]
  return { valid: false, ...objection, trace: [{ step: 'rule', path, ...objection, evidence: [] }] }
}

/** A modulus of any size could be made to cost seconds. */
function checkKeySize(leaf: Certificate): Objection | null {
  const { type, bits } = leaf.publicKey
  if (type !== 'rsa' || (bits ?? 0) <= DEFAULT_LIMITS.maxRsaBits) return null
  return objectTo(leaf, 'budget_exceeded', `an RSA key of ${bits} bits`)
}
