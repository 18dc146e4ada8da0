/** Code of a slot that nothing stands in. */
export const EMPTY = 0
/** Code of a slot whose entry was removed: a search goes on past it. */
const REMOVED = 255
const WORDS = 8
const SMALLEST = 8

/**
 * A hash table from thumbprints to a code between 1 and 254, in two typed arrays: 33 bytes a slot, which
 * the garbage collector never has to walk.
 *
 * A thumbprint is a SHA-256 sum, so its own words are the hash. The table doubles when three quarters
 * of it are in use, which takes as long as it is large: `MemoryIndex` keeps each one small.
 */
export class ThumbprintTable {
  #capacity = SMALLEST
  #keys = new Int32Array(SMALLEST * WORDS)
  #codes = new Uint8Array(SMALLEST)
  #used = 0
  #size = 0

  /** How many thumbprints have a code. */
  get size(): number {
    return this.#size
  }

  /** The code, or `EMPTY`. `key` is the thumbprint as eight 32-bit words. */
  get(key: Int32Array): number {
    const slot = this.#find(key)
    const code = this.#codes[slot]
    return code === undefined || code === REMOVED ? EMPTY : code
  }

  /** Sets the code; `EMPTY` takes the thumbprint out. */
  set(key: Int32Array, code: number): void {
    let slot = this.#find(key)
    const before = this.#codes[slot] ?? EMPTY
    if (code === EMPTY) {
      if (before === EMPTY || before === REMOVED) return
      this.#codes[slot] = REMOVED
      this.#size -= 1
      return
    }
    if (before === EMPTY) {
      if ((this.#used + 1) * 4 > this.#capacity * 3) {
        this.#rebuild()
        slot = this.#find(key)
      }
      this.#keys.set(key, slot * WORDS)
      this.#used += 1
    }
    if (before === EMPTY || before === REMOVED) this.#size += 1
    this.#codes[slot] = code
  }

  /** The slot that holds the key, or the empty one where it would stand. There always is an empty one. */
  #find(key: Int32Array): number {
    const keys = this.#keys
    const codes = this.#codes
    const mask = this.#capacity - 1
    let slot = (key[1] ?? 0) & mask
    while (codes[slot] !== EMPTY && !equals(keys, slot * WORDS, key)) slot = (slot + 1) & mask
    return slot
  }

  #rebuild(): void {
    const keys = this.#keys
    const codes = this.#codes
    const slots = this.#capacity
    // Where most of what is in use was removed, the same size will do once that is gone.
    if ((this.#size + 1) * 2 > slots) this.#capacity *= 2
    this.#keys = new Int32Array(this.#capacity * WORDS)
    this.#codes = new Uint8Array(this.#capacity)
    this.#used = 0
    this.#size = 0
    for (let slot = 0; slot < slots; slot += 1) {
      const code = codes[slot] ?? EMPTY
      if (code === EMPTY || code === REMOVED) continue
      this.set(keys.subarray(slot * WORDS, (slot + 1) * WORDS), code)
    }
  }
}

function equals(keys: Int32Array, offset: number, key: Int32Array): boolean {
  for (let word = 0; word < WORDS; word += 1) {
    if (keys[offset + word] !== key[word]) return false
  }
  return true
}
