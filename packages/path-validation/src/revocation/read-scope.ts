import {
  readDistributionPointName,
  readReasons,
} from '../certificate/extension/distribution-points.js'
import { DerError } from '../der/error.js'
import { DerReader, implicit, TAG } from '../der/reader.js'
import type { CrlScope } from './crl.js'

const WHAT = 'issuing distribution point'

/**
 * Reads an issuing distribution point.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-5.2.5
 */
export function readScope(der: Uint8Array): CrlScope {
  const outer = new DerReader(der)
  const value = outer.read(TAG.sequence, WHAT)
  outer.expectEnd(WHAT)
  const name = readDistributionPointName(value)
  const onlyUserCertificates = readFlag(value, 1)
  const onlyCaCertificates = readFlag(value, 2)
  const onlySomeReasons = readReasons(value, implicit(3))
  const isIndirect = readFlag(value, 4)
  const onlyAttributeCertificates = readFlag(value, 5)
  value.expectEnd(WHAT)
  const kinds = [onlyUserCertificates, onlyCaCertificates, onlyAttributeCertificates]
  // RFC 5280: at most one of them.
  if (kinds.filter(Boolean).length > 1) throw new DerError(`${WHAT}: two kinds of certificate`)
  return {
    der,
    name,
    onlyUserCertificates,
    onlyCaCertificates,
    onlyAttributeCertificates,
    onlySomeReasons,
    isIndirect,
  }
}

function readFlag(reader: DerReader, number: number): boolean {
  const value = reader.readOptional(implicit(number), WHAT)?.contents()
  if (value === undefined) return false
  if (value.length !== 1 || (value[0] !== 0 && value[0] !== 0xff)) {
    throw new DerError(`${WHAT}: not a DER boolean`)
  }
  return value[0] === 0xff
}
