import { DerError } from '../../der/error.js'
import { readNamedBits } from '../../der/primitive.js'
import { constructed, type DerReader, implicit, TAG } from '../../der/reader.js'
import { readGeneralNames, readGeneralNamesElement } from '../../name/read-general-name.js'
import { readRelativeName } from '../../name/read-name.js'
import type { DistributionPoint, DistributionPointName, RevocationReason } from '../extensions.js'

const WHAT = 'distribution point'

// Bit 0 is unused.
const REASONS: readonly (RevocationReason | null)[] = [
  null,
  'keyCompromise',
  'caCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aaCompromise',
]

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.13 */
export function readDistributionPoints(reader: DerReader): readonly DistributionPoint[] {
  const list = reader.read(TAG.sequence, WHAT)
  const points: DistributionPoint[] = []
  do {
    const point = list.read(TAG.sequence, WHAT)
    const name = readDistributionPointName(point)
    const reasons = readReasons(point, implicit(1))
    const hasIssuer = point.peek() === constructed(2)
    const crlIssuer = hasIssuer ? readGeneralNamesElement(point, WHAT, constructed(2)) : null
    point.expectEnd(WHAT)
    if (name === null && crlIssuer === null) throw new DerError(`${WHAT}: neither name nor issuer`)
    points.push({ name, reasons, crlIssuer })
  } while (!list.isAtEnd)
  return points
}

/** Reads the optional `[0] DistributionPointName`, which an issuing distribution point has too. */
export function readDistributionPointName(point: DerReader): DistributionPointName | null {
  const outer = point.readOptional(constructed(0), WHAT)
  if (outer === null) return null
  const isFull = outer.peek() === constructed(0)
  const value = outer.read(constructed(isFull ? 0 : 1), WHAT)
  outer.expectEnd(WHAT)
  if (isFull) return { type: 'full', names: readGeneralNames(value, WHAT) }
  return { type: 'relative', relativeName: readRelativeName(value, WHAT) }
}

/** Reads the optional `ReasonFlags` under this tag. */
export function readReasons(point: DerReader, tag: number): readonly RevocationReason[] | null {
  if (point.peek() !== tag) return null
  const bits = readNamedBits(point, WHAT, tag)
  return REASONS.flatMap((name, bit) => (name !== null && bits.includes(bit) ? [name] : []))
}
