import { DerError } from '../der/error.js'
import { Offsets } from './offsets.js'

/** A list speaks for as many CAs as an operator of lists has; each one's name is kept, and may take 16 kB. */
const MAX_ISSUERS = 10_000

/**
 * Whose the entries of a list are: the CRL's issuer's, until an entry names another one, which then holds for those after it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-5.3.3
 */
export class EntryIssuers {
  /** By normalized name; the CRL's own issuer is 0. */
  readonly numbers: Map<string, number>
  /** From which entry on, and whose. */
  readonly #from = new Offsets()
  readonly #issuer = new Offsets()

  constructor(own: string) {
    this.numbers = new Map([[own, 0]])
  }

  /** The entry of this index, and those after it, are this issuer's. */
  change(index: number, name: string): void {
    const number = this.numbers.get(name) ?? this.numbers.size
    this.numbers.set(name, number)
    if (this.numbers.size > MAX_ISSUERS) throw new DerError('CRL entries: of too many issuers')
    this.#from.push(index)
    this.#issuer.push(number)
  }

  get areSeveral(): boolean {
    return this.#from.size > 0
  }

  /** Gives the issuer's number of one entry after the other. */
  follow(): (index: number) => number {
    const from = this.#from.values
    const issuer = this.#issuer.values
    let next = 0
    let current = 0
    return (index) => {
      while (from[next] === index) current = issuer[next++] ?? 0
      return current
    }
  }
}
