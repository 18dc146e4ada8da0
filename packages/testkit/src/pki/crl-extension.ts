import { CRL_REASONS, type CrlReason, type IssuingDistributionPoint } from './crl-options.js'
import { context, contextPrimitive, enumerated, generalizedTime, integer, sequence } from './der.js'
import { encodeDistributionPointName, encodeReasonFlags } from './distribution-point.js'
import { EXTENSION_OIDS, type Extension } from './extension.js'
import { encodeGeneralName, type GeneralName } from './general-name.js'

/** CRLNumber. */
export function crlNumber(number: bigint | number): Extension {
  return { oid: EXTENSION_OIDS.crlNumber, critical: false, value: integer(number) }
}

/** DeltaCRLIndicator, critical: the number of the base that the delta builds on. */
export function deltaCrlIndicator(base: bigint | number): Extension {
  return { oid: EXTENSION_OIDS.deltaCrlIndicator, critical: true, value: integer(base) }
}

/**
 * IssuingDistributionPoint, critical.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-5.2.5
 */
export function issuingDistributionPoint(from: IssuingDistributionPoint): Extension {
  const parts = [...encodeDistributionPointName(from)]
  if (from.onlyContainsUserCerts) parts.push(implicitTrue(1))
  if (from.onlyContainsCaCerts) parts.push(implicitTrue(2))
  if (from.onlySomeReasons) parts.push(encodeReasonFlags(3, from.onlySomeReasons))
  if (from.indirectCrl) parts.push(implicitTrue(4))
  if (from.onlyContainsAttributeCerts) parts.push(implicitTrue(5))
  const value = sequence(...parts)
  return { oid: EXTENSION_OIDS.issuingDistributionPoint, critical: true, value }
}

function implicitTrue(number: number): Buffer {
  return contextPrimitive(number, Uint8Array.of(0xff))
}

/** ReasonCode of an entry. */
export function reasonCode(reason: CrlReason): Extension {
  return { oid: EXTENSION_OIDS.crlReason, critical: false, value: enumerated(CRL_REASONS[reason]) }
}

/** InvalidityDate of an entry. */
export function invalidityDate(date: Date): Extension {
  return { oid: EXTENSION_OIDS.invalidityDate, critical: false, value: generalizedTime(date) }
}

/** CertificateIssuer of an entry, critical. */
export function certificateIssuer(names: readonly GeneralName[]): Extension {
  const value = sequence(...names.map(encodeGeneralName))
  return { oid: EXTENSION_OIDS.certificateIssuer, critical: true, value }
}

/** The `[0]` extensions of a CRL. */
export function crlExtensionsField(encoded: readonly Buffer[]): Buffer {
  return context(0, sequence(...encoded))
}
