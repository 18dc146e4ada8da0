import { normalizeDomain } from '../records/domain.js'
import { REGISTRATION_STATES, type RegistrationState } from '../records/state.js'
import { EMPTY, ThumbprintTable } from './thumbprint-table.js'

// A million certificates are then 250 a shard: doubling one takes microseconds, where doubling a single
// table of a million would hold the event loop for a tenth of a second.
const SHARD_BITS = 12
const SHARDS = 1 << SHARD_BITS
const WORDS = 8
const CODE_OF_0 = 48
const CODE_OF_9 = 57
const CODE_OF_A = 97

/** The states of all entries of all domains, in memory. */
export class MemoryIndex {
  readonly #domains = new Map<string, (ThumbprintTable | undefined)[]>()
  // One key for all look-ups: they are synchronous, and nothing keeps it.
  readonly #key = new Int32Array(WORDS)
  #size = 0

  /** How many entries there are, over all domains. */
  get size(): number {
    return this.#size
  }

  /**
   * The state of an entry, or `null` when there is none.
   *
   * @throws {TypeError} when `thumbprint` is not 64 hex digits
   */
  get(domain: string, thumbprint: string): RegistrationState | null {
    readHex(thumbprint, this.#key)
    const shards = this.#domains.get(domain) ?? this.#domains.get(normalizeDomain(domain))
    const code = shards?.[shardOf(this.#key)]?.get(this.#key) ?? EMPTY
    return code === EMPTY ? null : (REGISTRATION_STATES[code - 1] ?? null)
  }

  /**
   * Sets the state of an entry; `null` takes it away.
   *
   * @param thumbprint - 32 bytes
   */
  set(domain: string, thumbprint: Uint8Array, state: RegistrationState | null): void {
    readBytes(thumbprint, this.#key)
    const table = this.#table(domain, this.#key)
    const before = table.size
    table.set(this.#key, state === null ? EMPTY : REGISTRATION_STATES.indexOf(state) + 1)
    this.#size += table.size - before
  }

  #table(domain: string, key: Int32Array): ThumbprintTable {
    let shards = this.#domains.get(domain)
    if (shards === undefined) {
      shards = new Array<ThumbprintTable | undefined>(SHARDS).fill(undefined)
      this.#domains.set(domain, shards)
    }
    const shard = shardOf(key)
    const table = shards[shard] ?? new ThumbprintTable()
    shards[shard] = table
    return table
  }
}

function shardOf(key: Int32Array): number {
  return (key[0] ?? 0) >>> (32 - SHARD_BITS)
}

function readBytes(bytes: Uint8Array, key: Int32Array): void {
  for (let word = 0; word < WORDS; word += 1) {
    let value = 0
    for (let byte = 0; byte < 4; byte += 1) value = (value << 8) | (bytes[word * 4 + byte] ?? 0)
    key[word] = value
  }
}

function readHex(hex: string, key: Int32Array): void {
  if (hex.length !== WORDS * 8) throw new TypeError('a thumbprint is 64 hex digits')
  for (let word = 0; word < WORDS; word += 1) {
    let value = 0
    for (let digit = 0; digit < 8; digit += 1) {
      value = (value << 4) | readDigit(hex.charCodeAt(word * 8 + digit))
    }
    key[word] = value
  }
}

function readDigit(code: number): number {
  if (code >= CODE_OF_0 && code <= CODE_OF_9) return code - CODE_OF_0
  const letter = (code | 32) - CODE_OF_A
  if (letter >= 0 && letter < 6) return letter + 10
  throw new TypeError('a thumbprint is 64 hex digits')
}
