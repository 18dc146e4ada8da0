import { DerError } from './error.js'
import { type DerReader, TAG } from './reader.js'

/** Longest object identifier in bytes: real ones stay under 20, and each byte costs arithmetic. */
const MAX_OID_BYTES = 64

/** Reads a BOOLEAN, which DER spells 0x00 or 0xff. */
export function readBoolean(reader: DerReader, what: string): boolean {
  const value = reader.read(TAG.boolean, what)
  const byte = value.bytes[value.start]
  if (value.end - value.start !== 1 || (byte !== 0 && byte !== 0xff)) {
    throw new DerError(`${what}: not a DER boolean`)
  }
  return byte === 0xff
}

/** Reads an INTEGER (or what `tag` says is one implicitly) and gives its two's complement bytes, minimal. */
export function readIntegerBytes(
  reader: DerReader,
  what: string,
  tag: number = TAG.integer,
): Uint8Array {
  const value = reader.read(tag, what).contents()
  const first = value[0]
  if (first === undefined) throw new DerError(`${what}: an integer without bytes`)
  const second = value[1]
  if (
    second !== undefined &&
    ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))
  ) {
    throw new DerError(`${what}: an integer that is not minimal`)
  }
  return value
}

/** Reads an INTEGER from 0 up to what four bytes hold; larger ones are given as 2^32, as all counts here are smaller. */
export function readCount(reader: DerReader, what: string, tag: number = TAG.integer): number {
  const value = readIntegerBytes(reader, what, tag)
  if ((value[0] ?? 0) >= 0x80) throw new DerError(`${what}: a negative number`)
  if (value.length > 5 || (value.length === 5 && value[0] !== 0)) return 2 ** 32
  return value.reduce((sum, byte) => sum * 256 + byte, 0)
}

/** Reads an OBJECT IDENTIFIER as dotted numbers. */
export function readOid(reader: DerReader, what: string): string {
  return decodeOid(reader.read(TAG.oid, what), what)
}

// 2.5.4.n and 2.5.29.n, which name nearly all attributes and extensions, so that their text isn't put together each time.
const SHORT_OIDS: readonly string[] = Array.from({ length: 256 }, (_, i) =>
  i < 128 ? `2.5.4.${i}` : `2.5.29.${i - 128}`,
)

/** Gives the dotted numbers of an object identifier, at whose contents the reader stands. */
export function decodeOid({ bytes, start, end }: DerReader, what: string): string {
  const [arc, last = 0x80] = [bytes[start + 1], bytes[start + 2]]
  if (end - start === 3 && bytes[start] === 0x55 && last < 0x80 && (arc === 4 || arc === 0x1d)) {
    return SHORT_OIDS[(arc === 4 ? 0 : 128) + last] ?? ''
  }
  return decodeArcs(bytes.subarray(start, end), what)
}

function decodeArcs(bytes: Uint8Array, what: string): string {
  const final = bytes[bytes.length - 1]
  if (final === undefined || final >= 0x80 || bytes.length > MAX_OID_BYTES) {
    throw new DerError(`${what}: not an object identifier`)
  }
  let text = ''
  let arc = 0
  let isArcStart = true
  for (const byte of bytes) {
    if (isArcStart && byte === 0x80) throw new DerError(`${what}: an arc that is not minimal`)
    arc = arc * 128 + (byte & 0x7f)
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw new DerError(`${what}: an arc out of range`)
    isArcStart = byte < 0x80
    if (!isArcStart) continue
    if (text === '') {
      const root = Math.min(2, Math.floor(arc / 40))
      text = `${root}.${arc - root * 40}`
    } else {
      text += `.${arc}`
    }
    arc = 0
  }
  return text
}

/** Reads a BIT STRING that is made of whole bytes (keys and signatures are). */
export function readWholeBits(reader: DerReader, what: string): Uint8Array {
  const value = reader.read(TAG.bitString, what)
  if (value.bytes[value.start] !== 0 || value.end === value.start) {
    throw new DerError(`${what}: a bit string with unused bits`)
  }
  return value.bytes.subarray(value.start + 1, value.end)
}

/**
 * Reads a BIT STRING of named bits as the list of bit numbers that are set. DER leaves trailing zero bits out.
 *
 * @see https://www.itu.int/rec/T-REC-X.690 section 11.2
 */
export function readNamedBits(
  reader: DerReader,
  what: string,
  tag: number = TAG.bitString,
): number[] {
  const { bytes, start, end } = reader.read(tag, what)
  const unused = bytes[start]
  const last = end - start > 1 ? bytes[end - 1] : undefined
  if (unused === undefined || end === start || unused > 7 || end - start > 9) {
    throw new DerError(`${what}: not a bit string`)
  }
  if (last === undefined && unused > 0) throw new DerError(`${what}: not a bit string`)
  if (last !== undefined && ((last & ((1 << unused) - 1)) !== 0 || (last & (1 << unused)) === 0)) {
    throw new DerError(`${what}: a bit string that is not minimal`)
  }
  const set: number[] = []
  for (let bit = 0; bit < (end - start - 1) * 8; bit++) {
    const byte = bytes[start + 1 + (bit >> 3)] ?? 0
    if ((byte & (0x80 >> (bit & 7))) !== 0) set.push(bit)
  }
  return set
}
