import type { Certificate } from '../certificate/certificate.js'

/**
 * Whether issuer and subject are one name, as in a certificate that hands a CA over to a new key. It says nothing about
 * who signed.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1
 */
export const isSelfIssued = (certificate: Certificate): boolean =>
  certificate.issuer.normalized === certificate.subject.normalized
