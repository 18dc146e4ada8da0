import type { Certificate } from '../certificate/certificate.js'
import { isSignedBy } from './verify-signature.js'

/**
 * Whether a certificate is signed by its own key. The signature alone decides: names can be chosen, so a certificate
 * with equal issuer and subject may be anybody's. It does not say whether the algorithm is one to trust.
 */
export function isSignedByItself(certificate: Certificate): boolean {
  return isSignedBy(certificate, certificate)
}
