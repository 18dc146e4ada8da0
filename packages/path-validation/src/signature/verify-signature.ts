import { constants, type KeyObject, verify } from 'node:crypto'
import type { Certificate, PublicKey, SignatureAlgorithm } from '../certificate/certificate.js'
import { publicKeyOf } from './public-key-object.js'

/** Something signed: a certificate or a CRL. */
export interface Signed {
  readonly toBeSigned: Uint8Array
  readonly signature: Uint8Array
  readonly signatureAlgorithm: SignatureAlgorithm
}

/** The largest RSA or DSA modulus that is worked with: RSA 16384 takes 5 ms a signature, DSA ten times as long. */
const MAX_MODULUS_BITS = 8192

const KEY_TYPES: Readonly<Record<SignatureAlgorithm['type'], PublicKey['type'] | null>> = {
  rsa: 'rsa',
  'rsa-pss': 'rsa',
  ecdsa: 'ec',
  ed25519: 'ed25519',
  ed448: 'ed448',
  dsa: 'dsa',
  unknown: null,
}

/**
 * Whether the signature was made with the signer's key. Says nothing of whether the algorithm is one to trust, whether
 * the signer may sign, or what its name is.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.1.3 (a)(1)
 */
export function isSignedBy(signed: Signed, signer: Certificate): boolean {
  const { type, hash } = signed.signatureAlgorithm
  if (KEY_TYPES[type] !== signer.publicKey.type) return false
  if ((signer.publicKey.bits ?? 0) > MAX_MODULUS_BITS) return false
  const key = publicKeyOf(signer)
  if (key === null) return false
  try {
    return verify(hash, signed.toBeSigned, withParameters(signed, key), signed.signature)
  } catch {
    // A key whose own parameters forbid this algorithm (RSASSA-PSS), or an algorithm that this OpenSSL was built without.
    return false
  }
}

function withParameters(
  { signatureAlgorithm }: Signed,
  key: KeyObject,
): KeyObject | { key: KeyObject; padding: number; saltLength: number } {
  const { type, saltLength } = signatureAlgorithm
  if (type !== 'rsa-pss' || saltLength === null) return key
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
}
