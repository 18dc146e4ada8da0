import { constants, type KeyObject, sign } from 'node:crypto'
import { context, type Der, integer, nullValue, objectIdentifier, sequence } from './der.js'

/** The hashes that a signature can be made with. */
export type SignatureHash = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** How to sign. Defaults: SHA-256; RSA keys PKCS#1 v1.5 unless they are `rsa-pss` keys. */
export interface SignatureOptions {
  readonly hash?: SignatureHash
  /** RSASSA-PSS also with an ordinary RSA key. */
  readonly pss?: boolean
  /** Salt length in octets for PSS; default: as long as the hash. */
  readonly saltLength?: number
}

/** A signature, and the AlgorithmIdentifier that says how it was made. */
export interface Signer {
  readonly algorithm: Buffer
  sign(data: Der): Buffer
}

const RSA_OIDS = {
  md5: '1.2.840.113549.1.1.4',
  sha1: '1.2.840.113549.1.1.5',
  sha224: '1.2.840.113549.1.1.14',
  sha256: '1.2.840.113549.1.1.11',
  sha384: '1.2.840.113549.1.1.12',
  sha512: '1.2.840.113549.1.1.13',
} as const satisfies Record<SignatureHash, string>

const ECDSA_OIDS: Readonly<Partial<Record<SignatureHash, string>>> = {
  sha1: '1.2.840.10045.4.1',
  sha224: '1.2.840.10045.4.3.1',
  sha256: '1.2.840.10045.4.3.2',
  sha384: '1.2.840.10045.4.3.3',
  sha512: '1.2.840.10045.4.3.4',
}

const DSA_OIDS: Readonly<Partial<Record<SignatureHash, string>>> = {
  sha1: '1.2.840.10040.4.3',
  sha224: '2.16.840.1.101.3.4.3.1',
  sha256: '2.16.840.1.101.3.4.3.2',
}

const HASH_OIDS = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const satisfies Record<SignatureHash, string>

const HASH_OCTETS = { md5: 16, sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 } as const

/** AlgorithmIdentifier of a hash, as OCSP and PSS parameters have it. */
export function hashAlgorithm(hash: SignatureHash): Buffer {
  return sequence(objectIdentifier(HASH_OIDS[hash]), nullValue())
}

/** AlgorithmIdentifier of RSA PKCS#1 v1.5 with a hash. */
export function rsaAlgorithm(hash: SignatureHash): Buffer {
  return sequence(objectIdentifier(RSA_OIDS[hash]), nullValue())
}

/** AlgorithmIdentifier of ECDSA with a hash. */
export function ecdsaAlgorithm(hash: SignatureHash): Buffer {
  return bareAlgorithm(ECDSA_OIDS[hash])
}

/**
 * AlgorithmIdentifier of RSASSA-PSS, MGF1 with the same hash.
 * @see https://www.rfc-editor.org/rfc/rfc4055#section-3.1
 */
export function pssAlgorithm(hash: SignatureHash, saltLength: number = HASH_OCTETS[hash]): Buffer {
  const mgf1 = sequence(objectIdentifier('1.2.840.113549.1.1.8'), hashAlgorithm(hash))
  return sequence(
    objectIdentifier('1.2.840.113549.1.1.10'),
    sequence(context(0, hashAlgorithm(hash)), context(1, mgf1), context(2, integer(saltLength))),
  )
}

function bareAlgorithm(oid: string | undefined): Buffer {
  if (oid === undefined) throw new Error('there is no such signature algorithm')
  return sequence(objectIdentifier(oid))
}

/**
 * The signer of a private key.
 * @throws Error when the key cannot sign that way
 */
export function signerOf(key: KeyObject, options: SignatureOptions = {}): Signer {
  const hash = options.hash ?? 'sha256'
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return { algorithm: bareAlgorithm('1.3.101.112'), sign: (data) => sign(null, data, key) }
    case 'ed448':
      return { algorithm: bareAlgorithm('1.3.101.113'), sign: (data) => sign(null, data, key) }
    case 'ec':
      return { algorithm: ecdsaAlgorithm(hash), sign: (data) => sign(hash, data, key) }
    case 'dsa':
      return { algorithm: bareAlgorithm(DSA_OIDS[hash]), sign: (data) => sign(hash, data, key) }
    case 'rsa':
      return options.pss ? pssSigner(key, hash, options.saltLength) : rsaSigner(key, hash)
    case 'rsa-pss':
      return pssSigner(key, hash, options.saltLength)
    default:
      throw new Error(`a key of type ${key.asymmetricKeyType} cannot sign`)
  }
}

function rsaSigner(key: KeyObject, hash: SignatureHash): Signer {
  return { algorithm: rsaAlgorithm(hash), sign: (data) => sign(hash, data, key) }
}

function pssSigner(key: KeyObject, hash: SignatureHash, salt?: number): Signer {
  const saltLength = salt ?? HASH_OCTETS[hash]
  const padding = constants.RSA_PKCS1_PSS_PADDING
  return {
    algorithm: pssAlgorithm(hash, saltLength),
    sign: (data) => sign(hash, data, { key, padding, saltLength }),
  }
}

/** A copy of `octets` with one bit turned over; number 0 is the first bit of the first octet. Without a number: a copy. */
export function flipBit(octets: Der, bit: number | undefined): Buffer {
  const copy = Buffer.from(octets)
  if (bit === undefined) return copy
  const index = Math.floor(bit / 8)
  copy[index] = (copy[index] ?? 0) ^ (0x80 >> (bit % 8))
  return copy
}
