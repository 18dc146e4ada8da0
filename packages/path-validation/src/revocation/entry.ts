import { readExtensionList } from '../certificate/extension/read-extensions.js'
import { DerError } from '../der/error.js'
import { DerReader, TAG } from '../der/reader.js'
import { readTime } from '../der/time.js'
import { readGeneralNamesElement } from '../name/read-general-name.js'
import type { CrlEntry } from './crl.js'

const WHAT = 'CRL entry'
const REASON_CODE = '2.5.29.21'
const INVALIDITY_DATE = '2.5.29.24'
const CERTIFICATE_ISSUER = '2.5.29.29'

// RFC 5280 section 5.3.1; 7 is not used.
const REASONS: readonly (CrlEntry['reason'] | null)[] = [
  'unspecified',
  'keyCompromise',
  'caCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  null,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aaCompromise',
]

/** What the extensions of an entry say. */
export interface EntryExtensions {
  readonly reason: CrlEntry['reason']
  /** The comparison key of the name that this entry, and those after it, belong to. */
  readonly certificateIssuer: string | null
  /** Critical extensions that nothing here interprets. */
  readonly unknownCritical: readonly string[]
}

const NOTHING: EntryExtensions = {
  reason: 'unspecified',
  certificateIssuer: null,
  unknownCritical: [],
}

/**
 * Reads the extensions of an entry, from the reader's place to its end.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-5.3
 */
export function readEntryExtensions(entry: DerReader): EntryExtensions {
  if (entry.isAtEnd) return NOTHING
  const list = readExtensionList(entry.read(TAG.sequence, WHAT))
  entry.expectEnd(WHAT)
  let { reason, certificateIssuer } = NOTHING
  const unknownCritical: string[] = []
  for (const { oid, critical, value } of list) {
    const reader = new DerReader(value)
    if (oid === REASON_CODE) reason = readReason(reader)
    else if (oid === CERTIFICATE_ISSUER) certificateIssuer = readIssuer(reader)
    else if (oid !== INVALIDITY_DATE && critical) unknownCritical.push(oid)
  }
  return { reason, certificateIssuer, unknownCritical }
}

/** Reads the entry that begins at `offset`. */
export function readEntry(bytes: Uint8Array, offset: number): CrlEntry {
  const entry = new DerReader(bytes, offset).read(TAG.sequence, WHAT)
  entry.read(TAG.integer, WHAT)
  const revocationDate = readTime(entry, WHAT)
  return { revocationDate, reason: readEntryExtensions(entry).reason }
}

/** Reads a CRLReason, up to the reader's end. */
export function readReason(reader: DerReader): CrlEntry['reason'] {
  const value = reader.read(TAG.enumerated, WHAT).contents()
  reader.expectEnd(WHAT)
  const reason = value.length === 1 ? REASONS[value[0] ?? 0] : null
  if (reason === null || reason === undefined) throw new DerError(`${WHAT}: an unknown reason`)
  return reason
}

function readIssuer(reader: DerReader): string {
  const names = readGeneralNamesElement(reader, WHAT)
  reader.expectEnd(WHAT)
  const directory = names.find((name) => name.type === 'directory')
  if (directory === undefined) throw new DerError(`${WHAT}: an issuer without a directory name`)
  return directory.name.normalized
}
