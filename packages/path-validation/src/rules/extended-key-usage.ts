import type { Certificate } from '../certificate/certificate.js'
import { type Objection, objectTo } from '../path/objection.js'

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'
const ANY = '2.5.29.37.0'

/**
 * The certificate may serve for a TLS client, where its extended key usage says anything. `anyExtendedKeyUsage` counts: RFC 5280
 * gives it to CAs that do not wish to restrict the key. (OpenSSL refuses it in a leaf at the handshake.)
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12
 */
export function checkServesClients(certificate: Certificate): Objection | null {
  const purposes = certificate.extensions.extendedKeyUsage
  if (purposes === null || purposes.includes(CLIENT_AUTH) || purposes.includes(ANY)) return null
  return objectTo(certificate, 'wrong_purpose', 'its extended key usage lacks clientAuth')
}

/**
 * The purpose is nested: every CA of the path that has an extended key usage, the anchor too, limits what it issued to
 * it. RFC 5280 leaves this open; every TLS library does it, and CAs rely on it.
 */
export function checkNestedPurpose(path: readonly Certificate[]): Objection | null {
  for (const certificate of path) {
    const objection = checkServesClients(certificate)
    if (objection !== null) return objection
  }
  return null
}
