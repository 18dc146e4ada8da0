import { X509Certificate } from 'node:crypto'
import { DER_SEQUENCE } from './pem.js'

/** What files in DER hold that people name where PEM is wanted. */
export type DerContent = 'certificate' | 'private key' | 'PKCS #12' | 'PKCS #7'

/** RFC 7292 section 4: a PFX begins with its version, 3. */
const VERSION_3 = Buffer.from('020103', 'hex')

/** RFC 5958, RFC 8017 and RFC 5915: a private key begins with its version, 0 or 1. */
const KEY_VERSIONS = [Buffer.from('020100', 'hex'), Buffer.from('020101', 'hex')]

/** RFC 2315 section 14: signedData, 1.2.840.113549.1.7.2. */
const SIGNED_DATA = Buffer.from('06092a864886f70d010702', 'hex')

/** Recognises a file by its first bytes, for a message alone: nothing is verified, and a damaged file may be of a kind, too. */
export function recognizeDer(bytes: Uint8Array): DerContent | null {
  if (bytes[0] !== DER_SEQUENCE) return null
  const length = bytes[1] ?? 0
  const content = Buffer.from(bytes.subarray(length < 0x80 ? 2 : 2 + (length & 0x7f)))
  const begins = (start: Buffer): boolean => content.subarray(0, start.length).equals(start)
  if (begins(VERSION_3)) return 'PKCS #12'
  if (begins(SIGNED_DATA)) return 'PKCS #7'
  if (KEY_VERSIONS.some(begins)) return 'private key'
  return isCertificate(bytes) ? 'certificate' : null
}

function isCertificate(der: Uint8Array): boolean {
  try {
    return new X509Certificate(der).raw.length > 0
  } catch {
    return false
  }
}
