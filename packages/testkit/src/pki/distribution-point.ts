import { context, contextPrimitive, type Der, namedBitsContent, sequence } from './der.js'
import { EXTENSION_OIDS, type Extension } from './extension.js'
import { encodeGeneralName, type GeneralName } from './general-name.js'
import { encodeRdn, type NameAttribute } from './name.js'

/** The bits of ReasonFlags, in their order. */
export const REASON_FLAGS = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
] as const

/** A name of a ReasonFlags bit. */
export type ReasonFlag = (typeof REASON_FLAGS)[number]

/** Where a CRL is: its full name, or one relative to its issuer's. */
export interface DistributionPointName {
  readonly fullName?: readonly GeneralName[]
  readonly relativeName?: readonly NameAttribute[]
}

/** A CRL distribution point: a URI alone, or all of it. */
export type DistributionPoint =
  | string
  | (DistributionPointName & {
      readonly reasons?: readonly ReasonFlag[]
      readonly crlIssuer?: readonly GeneralName[]
    })

/** The `[0] DistributionPointName` field, or nothing where there is no name. */
export function encodeDistributionPointName(name: DistributionPointName): readonly Buffer[] {
  if (name.fullName) return [context(0, context(0, ...name.fullName.map(encodeGeneralName)))]
  if (!name.relativeName) return []
  const rdn = encodeRdn(name.relativeName)
  return [context(0, retagged(0xa1, rdn))]
}

function retagged(tag: number, der: Der): Buffer {
  const copy = Buffer.from(der)
  copy[0] = tag
  return copy
}

/** ReasonFlags with an implicit tag. */
export function encodeReasonFlags(number: number, reasons: readonly ReasonFlag[]): Buffer {
  const bits = reasons.map((reason) => REASON_FLAGS.indexOf(reason))
  return contextPrimitive(number, namedBitsContent(bits))
}

/**
 * CRLDistributionPoints.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.13
 */
export function crlDistributionPoints(points: readonly DistributionPoint[]): Extension {
  const value = sequence(...points.map(encodeDistributionPoint))
  return { oid: EXTENSION_OIDS.crlDistributionPoints, critical: false, value }
}

/** FreshestCRL: where the delta CRLs are. */
export function freshestCrl(points: readonly DistributionPoint[]): Extension {
  return { ...crlDistributionPoints(points), oid: EXTENSION_OIDS.freshestCrl }
}

function encodeDistributionPoint(point: DistributionPoint): Buffer {
  if (typeof point === 'string') return encodeDistributionPoint({ fullName: [{ uri: point }] })
  const parts = [...encodeDistributionPointName(point)]
  if (point.reasons) parts.push(encodeReasonFlags(1, point.reasons))
  if (point.crlIssuer) parts.push(context(2, ...point.crlIssuer.map(encodeGeneralName)))
  return sequence(...parts)
}
