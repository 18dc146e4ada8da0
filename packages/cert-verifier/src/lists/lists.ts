import type { Certificate } from '@mtls-edge/path-validation'
import { subjectAlternativeNameKeys } from './alternative-name.js'

/**
 * Who may come. Within a list any entry will do, across the lists that are not empty all must.
 * All entries are comparison keys, not display strings.
 */
export interface AllowList {
  /** SHA-256 thumbprints, 64 lower-case hexadecimal digits. */
  readonly thumbprints: ReadonlySet<string>
  /** Names by RFC 5280 section 7.1 (`Name.normalized`). */
  readonly subjects: ReadonlySet<string>
  /** `dns:`, `email:`, `uri:`, `ip:` and the normalised value. */
  readonly subjectAlternativeNames: ReadonlySet<string>
  readonly issuers: ReadonlySet<string>
}

/** Who may never come, of either kind. It wins over everything. */
export interface DenyList extends AllowList {
  /** `serialKey(issuer, serialNumber)`. */
  readonly serials: ReadonlySet<string>
}

/** An issuer's certificate by its number: `issuer` is `Name.normalized`, `serialNumber` lower-case hex. */
export const serialKey = (issuer: string, serialNumber: string): string =>
  `${serialNumber.replace(/^0+(?=.)/, '')}@${issuer}`

/** Which list denies the certificate, or `null`. */
export function findDenial(certificate: Certificate, deny: DenyList): string | null {
  if (deny.thumbprints.has(certificate.thumbprint)) return 'deny.thumbprints'
  if (deny.subjects.has(certificate.subject.normalized)) return 'deny.subjects'
  if (deny.issuers.has(certificate.issuer.normalized)) return 'deny.issuers'
  if (deny.serials.has(serialKey(certificate.issuer.normalized, certificate.serialNumber)))
    return 'deny.serials'
  if (hasAnyAlternativeName(certificate, deny.subjectAlternativeNames))
    return 'deny.subjectAlternativeNames'
  return null
}

/** Which list lacks a certificate whose path was verified, or `null` where it may come. */
export function findMissingAllowance(certificate: Certificate, allow: AllowList): string | null {
  if (isMissing(allow.thumbprints, certificate.thumbprint)) return 'allow.thumbprints'
  if (isMissing(allow.subjects, certificate.subject.normalized)) return 'allow.subjects'
  if (isMissing(allow.issuers, certificate.issuer.normalized)) return 'allow.issuers'
  const names = allow.subjectAlternativeNames
  if (names.size > 0 && !hasAnyAlternativeName(certificate, names))
    return 'allow.subjectAlternativeNames'
  return null
}

/**
 * The same for a self-signed certificate. It chose its own names, so they can't let it in: where
 * anything is restricted at all, it has to be in the list of thumbprints.
 */
export function findMissingSelfSignedAllowance(
  certificate: Certificate,
  allow: AllowList,
): string | null {
  const isRestricted =
    allow.thumbprints.size > 0 ||
    allow.subjects.size > 0 ||
    allow.issuers.size > 0 ||
    allow.subjectAlternativeNames.size > 0
  if (!isRestricted || allow.thumbprints.has(certificate.thumbprint)) return null
  return 'allow.thumbprints'
}

const isMissing = (list: ReadonlySet<string>, key: string): boolean =>
  list.size > 0 && !list.has(key)

function hasAnyAlternativeName(certificate: Certificate, wanted: ReadonlySet<string>): boolean {
  if (wanted.size === 0) return false
  return subjectAlternativeNameKeys(certificate).some((key) => wanted.has(key))
}
