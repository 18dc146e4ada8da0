import type { CrlEntry } from './crl.js'
import { readEntry } from './entry.js'
import type { SerialTable } from './serial-table.js'

/** The entries of a CRL, by issuer and serial number. They stay in the list's own bytes and are read when asked for. */
export class CrlEntries {
  readonly #bytes: Uint8Array
  readonly #table: SerialTable
  readonly #issuers: ReadonlyMap<string, number>

  /** @param issuers the normalized names of the issuers of entries, each with its number */
  constructor(bytes: Uint8Array, table: SerialTable, issuers: ReadonlyMap<string, number>) {
    this.#bytes = bytes
    this.#table = table
    this.#issuers = issuers
  }

  /** How many entries there are. */
  get size(): number {
    return this.#table.size
  }

  /**
   * Finds what the list says of a certificate; `null` where it doesn't name it.
   *
   * @param issuer the `normalized` name of the certificate's issuer
   * @param serialNumber lower-case hex, as a certificate has it
   */
  find(issuer: string, serialNumber: string): CrlEntry | null {
    const number = this.#issuers.get(issuer)
    if (number === undefined) return null
    const offset = this.#table.find(this.#bytes, Buffer.from(serialNumber, 'hex'), number)
    return offset === null ? null : readEntry(this.#bytes, offset)
  }
}
