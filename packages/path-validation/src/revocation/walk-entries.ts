import { DerError } from '../der/error.js'
import { DerReader, TAG } from '../der/reader.js'
import { skipTime } from '../der/time.js'
import { CrlEntries } from './entries.js'
import { readEntryExtensions } from './entry.js'
import { EntryIssuers } from './entry-issuers.js'
import { fillTable } from './fill-table.js'
import { Offsets } from './offsets.js'

const WHAT = 'CRL entry'

/** Longest serial number that is looked at, in bytes; RFC 5280 knows 20. */
const MAX_SERIAL_BYTES = 64

/** Most entries have 12 bytes of extensions, those that name an issuer some hundred: to read 16 kB takes a millisecond or two. */
const MAX_EXTENSION_BYTES = 16 * 1024

/** One is enough for a list that can't be used; the others are for whoever reads why. */
const MAX_UNKNOWN_CRITICAL = 16

// An extension list of nothing but a reason code, up to the code itself: the only one that most lists have.
const REASON_ALONE = Uint8Array.from(Buffer.from('300c300a0603551d1504030a01', 'hex'))

/** The entries of a list, and what of them forbids to use it. */
export interface WalkedEntries {
  readonly entries: CrlEntries
  readonly unknownCritical: readonly string[]
}

/**
 * Walks over the entries of a list, checks the shape of each, and makes a table of them. It pauses (yields) after every
 * `entriesPerStep` entries, or as much work of another kind, so that a list of a million needn't hold anything up.
 *
 * @param list stands at the entries
 * @param issuer the normalized name of the CRL's issuer, whose the entries are until one says otherwise
 */
export function* walkEntries(
  list: DerReader,
  issuer: string,
  entriesPerStep: number,
): Generator<undefined, WalkedEntries> {
  const { bytes, end } = list
  const offsets = new Offsets()
  const issuers = new EntryIssuers(issuer)
  const unknownCritical = new Set<string>()
  let work = 0
  let at = list.at
  while (at < end) {
    const next = endOf(bytes, at, end)
    const extensions = skipSerialAndDate(bytes, at, next)
    if (extensions < next && !isReasonAlone(bytes, extensions, next)) {
      if (next - extensions > MAX_EXTENSION_BYTES) throw new DerError(`${WHAT}: too large`)
      // To read a byte of an extension takes about as long as to walk over an entry.
      work += next - extensions
      const read = readEntryExtensions(new DerReader(bytes, extensions, next))
      for (const oid of read.unknownCritical)
        if (unknownCritical.size < MAX_UNKNOWN_CRITICAL) unknownCritical.add(oid)
      if (read.certificateIssuer !== null) issuers.change(offsets.size, read.certificateIssuer)
    }
    offsets.push(at)
    at = next
    work += 1
    if (work < entriesPerStep) continue
    work = 0
    yield
  }
  const table = yield* fillTable({ bytes, offsets: offsets.values, issuers }, entriesPerStep)
  return {
    entries: new CrlEntries(bytes, table, issuers.numbers),
    unknownCritical: [...unknownCritical],
  }
}

/** Where the entry at `at` ends. Written out, as a reader object for each of a million entries takes seconds. */
function endOf(bytes: Uint8Array, at: number, end: number): number {
  const length = bytes[at + 1] ?? 0x80
  if (bytes[at] === TAG.sequence && length < 0x80 && at + 2 + length <= end) return at + 2 + length
  const reader = new DerReader(bytes, at, end)
  reader.read(TAG.sequence, WHAT)
  return reader.at
}

/** Where what follows serial number and date begins, after a check of both. */
function skipSerialAndDate(bytes: Uint8Array, at: number, end: number): number {
  const header = bytes[at + 1] ?? 0
  const serial = at + 2 + (header < 0x80 ? 0 : header & 0x7f)
  const length = bytes[serial + 1] ?? 0
  // A number that is not minimal would never be found: its certificate would pass for one that isn't revoked.
  const isPadded = length > 1 && bytes[serial + 2] === 0 && (bytes[serial + 3] ?? 0) < 0x80
  const isSized = length > 0 && length <= MAX_SERIAL_BYTES && serial + 2 + length <= end
  if (bytes[serial] !== TAG.integer || !isSized || isPadded) {
    throw new DerError(`${WHAT}: not a serial number`)
  }
  return skipTime(bytes, serial + 2 + length, end, WHAT)
}

function isReasonAlone(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== REASON_ALONE.length + 1) return false
  for (let i = 0; i < REASON_ALONE.length; i++) {
    if (bytes[from + i] !== REASON_ALONE[i]) return false
  }
  const code = bytes[to - 1] ?? 0
  return code <= 10 && code !== 7
}
