import { DerError } from '../der/error.js'
import { readIntegerBytes, readOid, readWholeBits } from '../der/primitive.js'
import { DerReader, TAG } from '../der/reader.js'
import type { PublicKey } from './certificate.js'

const WHAT = 'public key'

/** 32 bits and a sign byte. Nearly every key has 65537; an exponent as long as the modulus makes a check cost 100 times as much. */
const MAX_EXPONENT_BYTES = 5

/** Named curves, as Node names them, and the bits of their fields. */
const CURVES: ReadonlyMap<string, readonly [name: string, bits: number]> = new Map([
  ['1.2.840.10045.3.1.7', ['prime256v1', 256]],
  ['1.3.132.0.34', ['secp384r1', 384]],
  ['1.3.132.0.35', ['secp521r1', 521]],
  ['1.2.840.10045.3.1.1', ['prime192v1', 192]],
  ['1.3.132.0.33', ['secp224r1', 224]],
  ['1.3.132.0.10', ['secp256k1', 256]],
  ['1.3.36.3.3.2.8.1.1.7', ['brainpoolP256r1', 256]],
  ['1.3.36.3.3.2.8.1.1.11', ['brainpoolP384r1', 384]],
  ['1.3.36.3.3.2.8.1.1.13', ['brainpoolP512r1', 512]],
])

/**
 * Reads a SubjectPublicKeyInfo as far as the rules need it. That a point is on its curve is checked where the key is
 * used.
 *
 * @see https://www.rfc-editor.org/rfc/rfc3279#section-2.3
 * @see https://www.rfc-editor.org/rfc/rfc5480#section-2.1.1
 */
export function readPublicKey(reader: DerReader): PublicKey {
  const from = reader.at
  const info = reader.read(TAG.sequence, WHAT)
  const spki = reader.bytes.subarray(from, reader.at)
  const algorithm = info.read(TAG.sequence, WHAT)
  const oid = readOid(algorithm, WHAT)
  const key = readWholeBits(info, WHAT)
  info.expectEnd(WHAT)
  return { spki, ...describe(oid, algorithm, key) }
}

function describe(oid: string, parameters: DerReader, key: Uint8Array): Omit<PublicKey, 'spki'> {
  switch (oid) {
    case '1.2.840.113549.1.1.1':
      parameters.read(TAG.null, WHAT).expectEnd(WHAT)
      parameters.expectEnd(WHAT)
      return { type: 'rsa', bits: readRsaBits(key), curve: null }
    case '1.2.840.113549.1.1.10':
      return { type: 'rsa', bits: readRsaBits(key), curve: null }
    case '1.2.840.10045.2.1':
      return describeCurve(parameters, key)
    case '1.2.840.10040.4.1':
      return { type: 'dsa', bits: readDsaBits(parameters), curve: null }
    case '1.3.101.112':
    case '1.3.101.113':
      return describeEdwards(oid, parameters, key)
    default:
      return { type: 'unknown', bits: null, curve: null }
  }
}

function describeCurve(parameters: DerReader, key: Uint8Array): Omit<PublicKey, 'spki'> {
  // RFC 5480 section 2.1.1: only the named form; CVE-2020-0601 is what explicit parameters lead to.
  const oid = readOid(parameters, `${WHAT} (a named curve)`)
  parameters.expectEnd(WHAT)
  const [curve, bits] = CURVES.get(oid) ?? [oid, null]
  if (bits !== null) {
    const size = Math.ceil(bits / 8)
    const isWhole = key[0] === 0x04 && key.length === 1 + 2 * size
    const isCompressed = (key[0] === 0x02 || key[0] === 0x03) && key.length === 1 + size
    if (!isWhole && !isCompressed) throw new DerError(`${WHAT}: not a point of its curve`)
  }
  return { type: 'ec', bits, curve }
}

function describeEdwards(
  oid: string,
  parameters: DerReader,
  key: Uint8Array,
): Omit<PublicKey, 'spki'> {
  parameters.expectEnd(WHAT)
  const isShort = oid.endsWith('112')
  if (key.length !== (isShort ? 32 : 57)) throw new DerError(`${WHAT}: a key of a wrong length`)
  return isShort
    ? { type: 'ed25519', bits: 256, curve: null }
    : { type: 'ed448', bits: 456, curve: null }
}

function readRsaBits(key: Uint8Array): number {
  const outer = new DerReader(key)
  const pair = outer.read(TAG.sequence, WHAT)
  outer.expectEnd(WHAT)
  const modulus = readIntegerBytes(pair, WHAT)
  const exponent = readIntegerBytes(pair, WHAT)
  pair.expectEnd(WHAT)
  const isOdd = (bytes: Uint8Array): boolean => ((bytes.at(-1) ?? 0) & 1) === 1
  const isOne = exponent.length === 1 && exponent[0] === 1
  const isNegative = (bytes: Uint8Array): boolean => (bytes[0] ?? 0) >= 0x80
  // An exponent of 1 makes every signature "verify" as its own message.
  if (!isOdd(modulus) || !isOdd(exponent) || isOne || isNegative(modulus) || isNegative(exponent)) {
    throw new DerError(`${WHAT}: not an RSA key`)
  }
  if (exponent.length > MAX_EXPONENT_BYTES) {
    throw new DerError(`${WHAT}: an RSA exponent that is made to cost time`)
  }
  return bitLength(modulus)
}

function readDsaBits(parameters: DerReader): number | null {
  // RFC 3279 section 2.3.2: absent where they are the issuer's.
  const values = parameters.readOptional(TAG.sequence, WHAT)
  parameters.expectEnd(WHAT)
  return values === null ? null : bitLength(readIntegerBytes(values, WHAT))
}

function bitLength(integer: Uint8Array): number {
  const skipped = integer[0] === 0 ? 1 : 0
  const first = integer[skipped] ?? 0
  return Math.max(0, (integer.length - skipped) * 8 - Math.clz32(first) + 24)
}
