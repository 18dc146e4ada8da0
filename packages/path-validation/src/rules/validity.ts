import type { Certificate } from '../certificate/certificate.js'
import { type Objection, objectTo } from '../path/objection.js'

/**
 * The time is within the validity, both ends included, at whole seconds.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.3 (a)(2)
 */
export function checkValidity(certificate: Certificate, at: Date): Objection | null {
  const second = Math.floor(at.getTime() / 1000) * 1000
  // Not a number (an invalid Date) is within no validity.
  if (!(second >= certificate.notBefore.getTime())) {
    const from = certificate.notBefore.toISOString()
    return objectTo(certificate, 'not_yet_valid', `valid from ${from}`)
  }
  if (!(second <= certificate.notAfter.getTime())) {
    return objectTo(certificate, 'expired', `valid until ${certificate.notAfter.toISOString()}`)
  }
  return null
}
