import type { Certificate } from '../certificate/certificate.js'
import { type Budget, BudgetExceeded } from '../path/budget.js'
import { describe, type Objection, objectTo } from '../path/objection.js'
import { costOf } from '../signature/cost.js'
import { isSignedBy } from '../signature/verify-signature.js'

// A pair of frozen certificates has one answer for ever; it lives as long as both do.
const answers = new WeakMap<Certificate, WeakMap<Certificate, boolean>>()

/**
 * The certificate is signed with the issuer's key.
 *
 * @param isLeaf a leaf's answer is not remembered, as a leaf is asked about once; each other pair is checked once. Default: false
 * @throws {BudgetExceeded}
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.3 (a)(1)
 */
export function checkSignature(
  certificate: Certificate,
  issuer: Certificate,
  budget: Budget,
  isLeaf = false,
): Objection | null {
  const isSigned = isLeaf
    ? isCertifiedBy(certificate, issuer, budget)
    : isKnownToBeCertifiedBy(certificate, issuer, budget)
  if (isSigned) return null
  const what = `it is not signed with the key of ${describe(issuer)}`
  return objectTo(certificate, 'bad_signature', what)
}

function isKnownToBeCertifiedBy(
  certificate: Certificate,
  issuer: Certificate,
  budget: Budget,
): boolean {
  const known = answers.get(certificate)
  const answer = known?.get(issuer)
  if (answer !== undefined) return answer
  const isSigned = isCertifiedBy(certificate, issuer, budget)
  if (known === undefined) answers.set(certificate, new WeakMap([[issuer, isSigned]]))
  else known.set(issuer, isSigned)
  return isSigned
}

function isCertifiedBy(certificate: Certificate, issuer: Certificate, budget: Budget): boolean {
  if (issuer.publicKey.type === 'rsa' && (issuer.publicKey.bits ?? 0) > budget.limits.maxRsaBits) {
    throw new BudgetExceeded('an RSA key too large to check signatures with')
  }
  budget.spend('maxSignatureChecks', costOf(issuer.publicKey))
  return isSignedBy(certificate, issuer)
}
