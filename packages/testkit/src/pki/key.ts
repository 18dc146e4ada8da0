import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { contentOf, type Der, elementsOf } from './der.js'

/** A key pair as node:crypto has it. */
export interface KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const GENERATORS = {
  p256: () => ec('prime256v1'),
  p384: () => ec('secp384r1'),
  p521: () => ec('secp521r1'),
  p224: () => ec('secp224r1'),
  secp256k1: () => ec('secp256k1'),
  brainpoolP256r1: () => ec('brainpoolP256r1'),
  'p256-explicit': () =>
    generateKeyPairSync('ec', { namedCurve: 'prime256v1', paramEncoding: 'explicit' }),
  rsa1024: () => rsa(1024),
  rsa2047: () => rsa(2047),
  rsa2048: () => rsa(2048),
  rsa3072: () => rsa(3072),
  rsa4096: () => rsa(4096),
  rsa8192: () => rsa(8192),
  'rsa-pss': () => generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
  ed25519: () => generateKeyPairSync('ed25519'),
  ed448: () => generateKeyPairSync('ed448'),
  dsa1024: () => generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }),
} as const satisfies Record<string, () => KeyPair>

/** The kinds of key that {@link generateKey} makes. `p256-explicit` spells the curve out instead of naming it (RFC 5480 forbids that). */
export type KeyKind = keyof typeof GENERATORS

function ec(namedCurve: string): KeyPair {
  return generateKeyPairSync('ec', { namedCurve })
}

function rsa(modulusLength: number): KeyPair {
  return generateKeyPairSync('rsa', { modulusLength })
}

/** Makes a new key pair. RSA 2048 takes about 0.1 s, RSA 4096 about 1 s, the rest next to nothing. */
export function generateKey(kind: KeyKind): KeyPair {
  return GENERATORS[kind]()
}

const reusable = new Map<KeyKind, KeyPair[]>()

/**
 * A key pair for a certificate whose key nobody relies on being new: RSA and DSA pairs are made once a process and
 * handed out again, the others are always new. A pair whose public key is one of `others` (the certificates above)
 * is passed over, since a certificate that shares its issuer's key would seem self-signed.
 */
export function reusedKey(kind: KeyKind, others: readonly KeyObject[]): KeyPair {
  if (!/^(rsa|dsa)/.test(kind)) return generateKey(kind)
  const pairs = reusable.get(kind) ?? []
  reusable.set(kind, pairs)
  const free = pairs.find((pair) => !others.some((other) => pair.publicKey.equals(other)))
  if (free) return free
  const pair = generateKey(kind)
  pairs.push(pair)
  return pair
}

/** SubjectPublicKeyInfo of a public key. */
export function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' })
}

/**
 * Key identifier: SHA-256 of the SubjectPublicKeyInfo, cut to 20 octets.
 * @see https://www.rfc-editor.org/rfc/rfc7093#section-2 method 4
 */
export function keyIdentifierOf(spki: Der): Buffer {
  return createHash('sha256').update(spki).digest().subarray(0, 20)
}

/** The octets of the key itself: the BIT STRING inside of a SubjectPublicKeyInfo, as OCSP hashes them. */
export function publicKeyOctets(spki: Der): Der {
  const [, key = Buffer.alloc(0)] = elementsOf(spki)
  return contentOf(key).subarray(1)
}
