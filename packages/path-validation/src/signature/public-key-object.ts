import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Certificate } from '../certificate/certificate.js'

// Keyed by the certificate, so that a key lives as long as the certificate that it was read from, and no longer.
const keys = new WeakMap<Certificate, KeyObject | null>()

/** The certificate's public key for `node:crypto`, made once; `null` where OpenSSL refuses it (a point off its curve). */
export function publicKeyOf(certificate: Certificate): KeyObject | null {
  const known = keys.get(certificate)
  if (known !== undefined) return known
  const key = createKey(certificate.publicKey.spki)
  keys.set(certificate, key)
  return key
}

function createKey(spki: Uint8Array): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  } catch {
    return null
  }
}
