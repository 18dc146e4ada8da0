import { readExtensionList } from '../certificate/extension/read-extensions.js'
import { DerError } from '../der/error.js'
import { constructed, type DerReader, implicit, TAG } from '../der/reader.js'
import { readTime } from '../der/time.js'
import { readReason } from '../revocation/entry.js'
import type { OcspStatement, OcspStatus } from './answer.js'
import { readCertificateId } from './certificate-id.js'

const WHAT = 'OCSP SingleResponse'

/** A statement, and the critical extensions in it that nothing here interprets. */
export interface ReadStatement {
  readonly statement: OcspStatement
  readonly unknownCritical: readonly string[]
}

/**
 * Reads a SingleResponse.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6960#section-4.2.1
 */
export function readStatement(list: DerReader): ReadStatement {
  const value = list.read(TAG.sequence, WHAT)
  const certificateId = readCertificateId(value)
  const status = readStatus(value)
  const thisUpdate = readGeneralizedTime(value, 'OCSP thisUpdate')
  const next = value.readOptional(constructed(0), WHAT)
  const nextUpdate = next === null ? null : readGeneralizedTime(next, 'OCSP nextUpdate')
  next?.expectEnd(WHAT)
  const unknownCritical = readCriticalExtensions(value, [])
  value.expectEnd(WHAT)
  return {
    statement: Object.freeze({ certificateId, status, thisUpdate, nextUpdate }),
    unknownCritical,
  }
}

function readStatus(value: DerReader): OcspStatus {
  const tag = value.peek()
  const choice = value.readAny('OCSP CertStatus')
  if (tag === constructed(1)) return readRevocation(choice)
  choice.expectEnd('OCSP CertStatus')
  if (tag === implicit(0)) return Object.freeze({ type: 'good' })
  if (tag === implicit(2)) return Object.freeze({ type: 'unknown' })
  throw new DerError('OCSP CertStatus: a status that does not exist')
}

function readRevocation(value: DerReader): OcspStatus {
  const revocationDate = readGeneralizedTime(value, 'OCSP revocationTime')
  const field = value.readOptional(constructed(0), 'OCSP revocationReason')
  const reason = field === null ? 'unspecified' : readReason(field)
  value.expectEnd('OCSP RevokedInfo')
  return Object.freeze({ type: 'revoked', revocationDate, reason })
}

/** RFC 6960 knows GeneralizedTime alone, in the form of RFC 5280. */
export function readGeneralizedTime(reader: DerReader, what: string): Date {
  if (reader.peek() !== TAG.generalizedTime) throw new DerError(`${what}: not a GeneralizedTime`)
  return readTime(reader, what)
}

/** Reads the optional `[1] Extensions` and gives the critical ones that are not among `known`. */
export function readCriticalExtensions(
  value: DerReader,
  known: readonly string[],
  use: (oid: string, value: Uint8Array) => void = () => {},
): readonly string[] {
  const field = value.readOptional(constructed(1), WHAT)
  if (field === null) return []
  const list = readExtensionList(field.read(TAG.sequence, WHAT))
  field.expectEnd(WHAT)
  for (const { oid, value } of list) use(oid, value)
  return list.filter(({ oid, critical }) => critical && !known.includes(oid)).map(({ oid }) => oid)
}
