import type { KeyObject } from 'node:crypto'
import { issueCertificate } from './certificate.js'
import type { CertificateOptions } from './certificate-options.js'
import type { Extension } from './extension.js'
import type { Issued } from './issued.js'
import { generateKey, type KeyKind, type KeyPair, reusedKey } from './key.js'

// Some one in ten attempts is a hit; this many misses in a row do not happen.
const MAX_ATTEMPTS = 5000

// A line of base64 is 64 characters of 48 octets, and its newline takes three characters when it is encoded.
const OCTETS_A_LINE = 48
const CHARACTERS_A_LINE = 67

/** The length of a certificate as `client-certificate` carries it: URL-component encoded PEM, final newline included. */
export function encodedSizeOf(pem: string): number {
  return encodeURIComponent(pem).length
}

/**
 * Issues a certificate whose {@link encodedSizeOf | encoded size} is exactly `size` characters. An extension that nobody knows
 * (not critical) fills it: zeros are one character each when encoded, ones make `/`, which takes three. Serial number and
 * signature are random, so it issues until the length fits: some ten times.
 *
 * @param encodedSize measures otherwise, where the encoding under test is another (no final newline...)
 * @throws Error when the certificate is longer than `size` without any filling
 */
export function issueCertificateOfEncodedSize(
  size: number,
  options: CertificateOptions = {},
  encodedSize: (pem: string) => number = encodedSizeOf,
): Issued {
  const { key = 'p256', freshKey = options.ca === true, issuer } = options
  const above = issuer?.chain.map((certificate) => certificate.publicKey) ?? []
  const pair = typeof key === 'string' ? newKey(key, freshKey, above) : key
  let filling: Filling = { octets: OCTETS_A_LINE, ones: 0 }
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const issued = issueCertificate({
      ...options,
      key: pair,
      extraExtensions: [...(options.extraExtensions ?? []), extensionOf(filling)],
    })
    const missing = size - encodedSize(issued.pem)
    if (missing === 0) return issued
    filling = adjusted(filling, missing)
    if (filling.octets < 0) throw new Error(`no such certificate fits into ${size} characters`)
  }
  throw new Error(`no certificate of ${size} characters came up`)
}

function newKey(kind: KeyKind, isFresh: boolean, above: readonly KeyObject[]): KeyPair {
  return isFresh ? generateKey(kind) : reusedKey(kind, above)
}

/** So many octets, the last `ones` of them 0xff and the others zero. */
interface Filling {
  readonly octets: number
  readonly ones: number
}

function adjusted({ octets, ones }: Filling, missing: number): Filling {
  // An octet of ones is 4/3 characters that take two more each.
  const wanted = ones + Math.round((missing * 3) / 8)
  const isOdd = missing % 2 !== 0
  if (!isOdd && wanted >= 0 && wanted <= octets) return { octets, ones: wanted }
  // Only the number of lines decides whether the length is odd. A line less leaves room for ones.
  const lines = Math.floor(missing / CHARACTERS_A_LINE)
  const fitting = isOdd === (lines % 2 !== 0) ? lines : lines - 1
  const step = fitting === 0 ? -2 : fitting
  const next = octets + step * OCTETS_A_LINE
  return { octets: next, ones: Math.min(ones, Math.max(next, 0)) }
}

function extensionOf({ octets, ones }: Filling): Extension {
  const value = Buffer.alloc(octets).fill(0xff, octets - ones)
  return { oid: '2.25.306029150281', critical: false, value }
}
