import type { Certificate, SignatureAlgorithm } from '../certificate/certificate.js'
import type { AlgorithmSwitches } from '../path/input.js'
import { type Objection, objectTo } from '../path/objection.js'

/** NIST SP 800-57 part 1: 112 bits of strength, the least that RFC 9325 allows. */
const MIN_RSA_BITS = 2048

const CURVES: ReadonlySet<string | null> = new Set(['prime256v1', 'secp384r1', 'secp521r1'])
const HASHES: ReadonlySet<string | null> = new Set(['sha256', 'sha384', 'sha512'])

/**
 * The key is of a kind and size to trust: RSA from 2048 bits, ECDSA on P-256, P-384 and P-521, Ed25519.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9325#section-4.5
 */
export function checkKeyStrength(
  certificate: Certificate,
  switches: AlgorithmSwitches,
): Objection | null {
  const { type, bits, curve } = certificate.publicKey
  switch (type) {
    case 'rsa':
      if ((bits ?? 0) >= MIN_RSA_BITS) return null
      return objectTo(certificate, 'weak_key', `an RSA key of ${bits} bits`)
    case 'ec':
      if (CURVES.has(curve)) return null
      return objectTo(certificate, 'weak_key', `a key on the curve ${curve}`)
    case 'ed25519':
      return null
    case 'dsa':
      if (switches.dangerouslyAllowDsa === true) return null
      return objectTo(certificate, 'weak_key', 'a DSA key')
    default:
      return objectTo(certificate, 'weak_key', 'a key of a kind that is not accepted')
  }
}

/**
 * The certificate is signed by an algorithm to trust: SHA-2 with RSA PKCS #1, RSASSA-PSS or ECDSA, or Ed25519.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9155
 */
export function checkSignatureStrength(
  certificate: Certificate,
  switches: AlgorithmSwitches,
): Objection | null {
  const algorithm = certificate.signatureAlgorithm
  if (isStrong(algorithm, switches)) return null
  const name = algorithm.type === 'unknown' ? algorithm.oid : nameOf(algorithm)
  return objectTo(certificate, 'weak_signature', `it is signed by ${name}`)
}

/** Whether a signature by this algorithm proves anything; used for CRLs too. */
export function isStrong(algorithm: SignatureAlgorithm, switches: AlgorithmSwitches): boolean {
  const { type, hash } = algorithm
  if (type === 'ed25519') return true
  if (type === 'unknown' || type === 'ed448') return false
  if (type === 'dsa' && switches.dangerouslyAllowDsa !== true) return false
  return HASHES.has(hash) || (hash === 'sha1' && switches.dangerouslyAllowSha1 === true)
}

const nameOf = ({ type, hash }: SignatureAlgorithm): string =>
  hash === null ? type : `${type} with ${hash}`
