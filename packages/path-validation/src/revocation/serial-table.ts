/** FNV-1a over the bytes of a serial number. */
export function hashSerial(bytes: Uint8Array, start: number, length: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (bytes[start + i] ?? 0), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

/**
 * An open-addressed table from serial numbers to places in a list of entries. It holds offsets only: one million entries
 * take 8 MB (and 8 more where the list has several issuers). CAs choose serial numbers, so a list that degrades it is the
 * CA's own doing.
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

  /** Adds the entry that begins at `offset`; its shape was checked before. */
  add(bytes: Uint8Array, offset: number, issuer: number): void {
    const serial = serialOf(bytes, offset)
    let slot = hashSerial(bytes, serial + 2, bytes[serial + 1] ?? 0) & this.#mask
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask
    this.#slots[slot] = offset
    if (this.#issuers !== null) this.#issuers[slot] = issuer
    this.#size += 1
  }

  /** Finds where the entry of a serial number and issuer begins. */
  find(bytes: Uint8Array, wanted: Uint8Array, issuer: number): number | null {
    let slot = hashSerial(wanted, 0, wanted.length) & this.#mask
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
