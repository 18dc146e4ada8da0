import type { Certificate } from '../certificate/certificate.js'
import { type Objection, objectTo } from '../path/objection.js'

/**
 * An issuer's key may sign certificates, where its key usage says anything.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.4 (n)
 */
export function checkMaySignCertificates(issuer: Certificate): Objection | null {
  const { keyUsage } = issuer.extensions
  if (keyUsage === null || keyUsage.includes('keyCertSign')) return null
  return objectTo(issuer, 'wrong_key_usage', 'its key usage lacks keyCertSign')
}

/**
 * A leaf's key may sign, where its key usage says anything: a TLS client proves its key by a signature.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.3
 * @see https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2.4
 */
export function checkMaySign(leaf: Certificate): Objection | null {
  const { keyUsage } = leaf.extensions
  if (keyUsage === null || keyUsage.includes('digitalSignature')) return null
  return objectTo(leaf, 'wrong_key_usage', 'its key usage lacks digitalSignature')
}
