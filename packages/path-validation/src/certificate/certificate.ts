import type { Name } from '../name/name.js'
import type { Extensions } from './extensions.js'

/**
 * A certificate's fields, read once. The certificate and its extensions are frozen; what they hold is read-only by type
 * (freezing every part would take a fifth of the reading time). Nothing in it is verified.
 */
export interface Certificate {
  /** The whole certificate. The bytes are the reader's own copy. */
  readonly der: Uint8Array
  /** SHA-256 of `der`, 64 lower-case hex digits. */
  readonly thumbprint: string
  readonly version: 1 | 2 | 3
  /** The serial number's DER contents, lower-case hex (a first byte of 00 where the next one is 80 or above). */
  readonly serialNumber: string
  readonly subject: Name
  readonly issuer: Name
  /** The first second of the validity. */
  readonly notBefore: Date
  /** The last second of the validity; the certificate is valid in it. */
  readonly notAfter: Date
  readonly publicKey: PublicKey
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly extensions: Extensions
  /** The bytes that the signature is over. */
  readonly toBeSigned: Uint8Array
  readonly signature: Uint8Array
}

/** The public key, described. */
export interface PublicKey {
  /** The SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  readonly type: 'rsa' | 'ec' | 'ed25519' | 'ed448' | 'dsa' | 'unknown'
  /** The size of an RSA or DSA modulus or of a curve's field, in bits; `null` where it isn't known. */
  readonly bits: number | null
  /** The curve's name as Node has it (`prime256v1`), or its dotted numbers where it has none; `null` for other keys. */
  readonly curve: string | null
}

export type HashName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** How a certificate or CRL is signed. */
export interface SignatureAlgorithm {
  /** The AlgorithmIdentifier, DER. */
  readonly der: Uint8Array
  /** Dotted numbers. */
  readonly oid: string
  readonly type: 'rsa' | 'rsa-pss' | 'ecdsa' | 'ed25519' | 'ed448' | 'dsa' | 'unknown'
  /** `null` where the algorithm brings its own (Ed25519) or is unknown. */
  readonly hash: HashName | null
  /** The length of the salt in bytes, RSASSA-PSS only. */
  readonly saltLength: number | null
}
