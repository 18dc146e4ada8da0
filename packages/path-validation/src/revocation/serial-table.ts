import { DerError } from '../der/error.js'

/** Serial numbers as they come make runs of 250 full slots at the most, in a list of 1.4 million. */
const MAX_RUN = 1_000

/** FNV-1a over the bytes of a serial number, begun with the number of its issuer. */
function hashSerial(bytes: Uint8Array, start: number, length: number, issuer: number): number {
  let hash = 0x811c9dc5 ^ Math.imul(issuer, 0x9e3779b1)
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (bytes[start + i] ?? 0), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

/**
 * An open-addressed table from serial numbers to places in a list of entries. It holds offsets only: one million entries
 * take 8 MB (and 8 more where the list has several issuers).
 *
 * Whoever answers at a list's address may send any list, before anybody knows who signed it: one whose entries all fall on the same
 * slot (the same number a million times is enough) would be added for hours, and is refused.
 */
export class SerialTable {
  /** Where each entry begins (never at 0: headers stand before it); 0 for a free slot. */
  readonly #slots: Uint32Array
  /** The number of the issuer of the entry in each slot; `null` where there is but one. */
  readonly #issuers: Uint32Array | null
  readonly #mask: number
  #size = 0

  /** @param count how many entries will be added */
  constructor(count: number, hasIssuers: boolean) {
    // A power of two, at most two thirds full.
    const slots = 2 ** Math.ceil(Math.log2(Math.max(8, count * 1.5)))
    this.#slots = new Uint32Array(slots)
    this.#issuers = hasIssuers ? new Uint32Array(slots) : null
    this.#mask = slots - 1
  }

  get size(): number {
    return this.#size
  }

  /** How many slots there are, a power of two. */
  get slots(): number {
    return this.#slots.length
  }

  /** The slot where the search for the entry that begins at `offset` starts; its shape was checked before. */
  slotOf(bytes: Uint8Array, offset: number, issuer: number): number {
    const serial = serialOf(bytes, offset)
    return hashSerial(bytes, serial + 2, bytes[serial + 1] ?? 0, issuer) & this.#mask
  }

  /**
   * Adds an entry.
   *
   * @param from its `slotOf`
   * @throws DerError where too many entries have come near that slot
   */
  add(from: number, offset: number, issuer: number): void {
    let slot = from
    for (let run = 0; this.#slots[slot] !== 0; run++) {
      if (run === MAX_RUN) throw new DerError('CRL entries: made to collide')
      slot = (slot + 1) & this.#mask
    }
    this.#slots[slot] = offset
    if (this.#issuers !== null) this.#issuers[slot] = issuer
    this.#size += 1
  }

  /** Finds where the entry of a serial number and issuer begins. */
  find(bytes: Uint8Array, wanted: Uint8Array, issuer: number): number | null {
    let slot = hashSerial(wanted, 0, wanted.length, issuer) & this.#mask
    for (;;) {
      const offset = this.#slots[slot] ?? 0
      if (offset === 0) return null
      const isOfIssuer = this.#issuers === null ? issuer === 0 : this.#issuers[slot] === issuer
      if (isOfIssuer && isSame(bytes, serialOf(bytes, offset), wanted)) return offset
      slot = (slot + 1) & this.#mask
    }
  }
}

/** Where the serial number of an entry begins, behind the header of the entry. */
function serialOf(bytes: Uint8Array, offset: number): number {
  const length = bytes[offset + 1] ?? 0
  return offset + 2 + (length < 0x80 ? 0 : length & 0x7f)
}

function isSame(bytes: Uint8Array, serial: number, wanted: Uint8Array): boolean {
  if (bytes[serial + 1] !== wanted.length) return false
  for (let i = 0; i < wanted.length; i++) if (bytes[serial + 2 + i] !== wanted[i]) return false
  return true
}
