import { DerError } from '../../der/error.js'
import { readBoolean, readCount, readNamedBits, readOid } from '../../der/primitive.js'
import { type DerReader, TAG } from '../../der/reader.js'
import type { BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsageName } from '../extensions.js'

const USAGES: readonly KeyUsageName[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'crlSign',
  'encipherOnly',
  'decipherOnly',
]

/**
 * Reads basicConstraints. A `cA` of FALSE that is written out is read as FALSE: DER forbids it, many private CAs do it,
 * and it says no more than its absence.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9
 */
export function readBasicConstraints(reader: DerReader): BasicConstraints {
  const what = 'basicConstraints'
  const value = reader.read(TAG.sequence, what)
  const ca = value.peek() === TAG.boolean && readBoolean(value, what)
  const pathLength = value.isAtEnd ? null : readCount(value, what)
  value.expectEnd(what)
  return { ca, pathLength }
}

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.3 */
export function readKeyUsage(reader: DerReader): KeyUsage {
  const bits = readNamedBits(reader, 'keyUsage')
  if (bits.length === 0) throw new DerError('keyUsage: no usage')
  return USAGES.filter((_, bit) => bits.includes(bit))
}

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12 */
export function readExtendedKeyUsage(reader: DerReader): ExtendedKeyUsage {
  const value = reader.read(TAG.sequence, 'extendedKeyUsage')
  const purposes: string[] = []
  do purposes.push(readOid(value, 'extendedKeyUsage'))
  while (!value.isAtEnd)
  return purposes
}
