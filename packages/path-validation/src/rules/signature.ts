import type { Certificate } from '../certificate/certificate.js'
import type { Budget } from '../path/budget.js'
import { BudgetExceeded } from '../path/budget.js'
import { describe, type Objection, objectTo } from '../path/objection.js'
import { isSignedBy } from '../signature/verify-signature.js'

// A pair of frozen certificates has one answer for ever; it lives as long as both do.
const answers = new WeakMap<Certificate, WeakMap<Certificate, boolean>>()

/**
 * The certificate is signed with the issuer's key. Each pair of certificates is checked once.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.3 (a)(1)
 */
export function checkSignature(
  certificate: Certificate,
  issuer: Certificate,
  budget: Budget,
): Objection | null {
  if (isCertifiedBy(certificate, issuer, budget)) return null
  const what = `it is not signed with the key of ${describe(issuer)}`
  return objectTo(certificate, 'bad_signature', what)
}

function isCertifiedBy(certificate: Certificate, issuer: Certificate, budget: Budget): boolean {
  const known = answers.get(certificate)
  const answer = known?.get(issuer)
  if (answer !== undefined) return answer
  if (issuer.publicKey.type === 'rsa' && (issuer.publicKey.bits ?? 0) > budget.limits.maxRsaBits) {
    throw new BudgetExceeded('an RSA key too large to check signatures with')
  }
  budget.spend('maxSignatureChecks')
  const isSigned = isSignedBy(certificate, issuer)
  const ofCertificate = known ?? new WeakMap<Certificate, boolean>()
  ofCertificate.set(issuer, isSigned)
  answers.set(certificate, ofCertificate)
  return isSigned
}
