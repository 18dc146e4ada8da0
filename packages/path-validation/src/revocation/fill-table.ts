import type { EntryIssuers } from './entry-issuers.js'
import { SerialTable } from './serial-table.js'

/** Parts of a table that are filled one after the other: each is 32 kB of a list of a million, which a processor's cache holds. */
const PARTS = 256

/** The entries of a list, in its order. */
export interface ListedEntries {
  readonly bytes: Uint8Array
  /** Where each one begins. */
  readonly offsets: Uint32Array
  readonly issuers: EntryIssuers
}

/**
 * Makes the table of a list. It pauses (yields) after every `entriesPerStep` entries.
 *
 * Entries are sorted by the part of the table where they belong before they are added: serial numbers lead all over it, and to
 * wait for memory at each of a million would take half of the time that reading the list takes.
 *
 * @throws DerError where entries were made to collide
 */
export function* fillTable(
  { bytes, offsets, issuers }: ListedEntries,
  entriesPerStep: number,
): Generator<undefined, SerialTable> {
  const count = offsets.length
  const table = new SerialTable(count, issuers.areSeveral)
  const shift = Math.max(0, Math.log2(table.slots / PARTS))
  const partOf = (slot: number): number => slot >>> shift
  const slots = new Uint32Array(count)
  const sizes = new Uint32Array(PARTS)
  const owners = issuers.areSeveral ? new Uint32Array(count) : null
  const issuerOf = issuers.follow()
  for (let index = 0; index < count; index++) {
    const issuer = owners === null ? 0 : issuerOf(index)
    if (owners !== null) owners[index] = issuer
    const slot = table.slotOf(bytes, offsets[index] ?? 0, issuer)
    slots[index] = slot
    sizes[partOf(slot)] = (sizes[partOf(slot)] ?? 0) + 1
    if (index % entriesPerStep === entriesPerStep - 1) yield
  }
  const places = startsOf(sizes)
  // Slot and offset of each, side by side.
  const sorted = new Uint32Array(count * 2)
  const sortedOwners = owners === null ? null : new Uint32Array(count)
  for (let index = 0; index < count; index++) {
    const slot = slots[index] ?? 0
    const place = places[partOf(slot)] ?? 0
    places[partOf(slot)] = place + 1
    sorted[2 * place] = slot
    sorted[2 * place + 1] = offsets[index] ?? 0
    if (sortedOwners !== null) sortedOwners[place] = owners?.[index] ?? 0
    if (index % entriesPerStep === entriesPerStep - 1) yield
  }
  for (let place = 0; place < count; place++) {
    table.add(sorted[2 * place] ?? 0, sorted[2 * place + 1] ?? 0, sortedOwners?.[place] ?? 0)
    if (place % entriesPerStep === entriesPerStep - 1) yield
  }
  return table
}

/** Where each part begins. */
function startsOf(sizes: Uint32Array): Uint32Array {
  let sum = 0
  return sizes.map((size) => {
    sum += size
    return sum - size
  })
}
