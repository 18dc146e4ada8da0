import { DerError } from './error.js'

/** Tags of the universal class that certificates and CRLs use, with the constructed bit where DER sets it. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const

/** The tag byte of a context-specific primitive `[n]`. */
export const implicit = (n: number): number => 0x80 | n

/** The tag byte of a context-specific constructed `[n]`. */
export const constructed = (n: number): number => 0xa0 | n

/** What PEM begins with, and nothing in DER here. */
const DASH = 0x2d

/**
 * Walks over the elements of one DER value, without copying. Refuses indefinite and non-minimal lengths, multi-byte
 * tags and elements that reach past their parent.
 *
 * @see https://www.itu.int/rec/T-REC-X.690 sections 8.1.3 and 10.1
 */
export class DerReader {
  readonly bytes: Uint8Array
  /** Where the value begins. */
  readonly start: number
  /** The first byte after the value. */
  readonly end: number
  /** The next byte to be read. */
  at: number

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes
    this.start = start
    this.end = end
    this.at = start
  }

  get isAtEnd(): boolean {
    return this.at >= this.end
  }

  /** The tag of the next element, or -1 at the end. */
  peek(): number {
    return this.at < this.end ? (this.bytes[this.at] ?? -1) : -1
  }

  /** Reads the next element whatever its tag; the returned reader stands at its contents. */
  readAny(what: string): DerReader {
    const { bytes, end } = this
    const tag = this.at
    if (tag + 2 > end) throw new DerError(`${what}: the data ends early`)
    if (((bytes[tag] ?? 0) & 0x1f) === 0x1f) throw new DerError(`${what}: a multi-byte tag`)
    let length = bytes[tag + 1] ?? 0
    let from = tag + 2
    if (length >= 0x80) {
      const size = length & 0x7f
      if (size === 0) throw new DerError(`${what}: an indefinite length`)
      if (size > 4 || from + size > end) throw new DerError(`${what}: a length out of range`)
      length = 0
      for (let i = 0; i < size; i++) length = length * 256 + (bytes[from + i] ?? 0)
      if (length < 0x80 || length < 256 ** (size - 1)) {
        throw new DerError(`${what}: a length that is not minimal`)
      }
      from += size
    }
    if (from + length > end) throw new DerError(`${what}: it reaches past what holds it`)
    this.at = from + length
    return new DerReader(bytes, from, from + length)
  }

  /** Reads the next element, which must have this tag; the returned reader stands at its contents. */
  read(tag: number, what: string): DerReader {
    const found = this.peek()
    if (found !== tag) {
      if (found === DASH && this.at === 0)
        throw new DerError(`${what}: it is in PEM, and DER is wanted`)
      const seen = found < 0 ? 'nothing' : `tag 0x${found.toString(16).padStart(2, '0')}`
      throw new DerError(
        `${what}: ${seen} where tag 0x${tag.toString(16).padStart(2, '0')} belongs`,
      )
    }
    return this.readAny(what)
  }

  /** Reads the next element where it has this tag, `null` where another one, or none, follows. */
  readOptional(tag: number, what: string): DerReader | null {
    return this.peek() === tag ? this.readAny(what) : null
  }

  /** Reads the next element and gives all of its bytes, tag and length with them. */
  readWhole(what: string): Uint8Array {
    const from = this.at
    this.readAny(what)
    return this.bytes.subarray(from, this.at)
  }

  /** The bytes of the value, without tag and length. */
  contents(): Uint8Array {
    return this.bytes.subarray(this.start, this.end)
  }

  /** Refuses anything that has not been read. */
  expectEnd(what: string): void {
    if (this.at !== this.end) throw new DerError(`${what}: bytes follow it`)
  }
}
