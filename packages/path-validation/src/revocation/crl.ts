import type { SignatureAlgorithm } from '../certificate/certificate.js'
import type {
  AuthorityKeyIdentifier,
  DistributionPoint,
  DistributionPointName,
  RevocationReason,
} from '../certificate/extensions.js'
import type { Name } from '../name/name.js'
import type { CrlEntries } from './entries.js'

/** A certificate revocation list, read and indexed. Nothing in it is verified. */
export interface Crl {
  /** The whole list: the caller's own bytes, not copied, since a list may have 50 MB. They must not be changed. */
  readonly der: Uint8Array
  readonly issuer: Name
  readonly thisUpdate: Date
  /** `null` where the list doesn't say; such a one is never relied on. */
  readonly nextUpdate: Date | null
  /** The CRL number, which grows with every issue. */
  readonly number: bigint | null
  /** For a delta: the number of the base that it builds on. `null` for a complete list. */
  readonly baseNumber: bigint | null
  /** What the list is limited to. */
  readonly scope: CrlScope | null
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | null
  /** Where deltas to this list are. */
  readonly freshestCrl: readonly DistributionPoint[] | null
  /** Critical extensions that nothing here interprets, of the list and of its entries. Such a list must not be used. */
  readonly unknownCritical: readonly string[]
  readonly entries: CrlEntries
  readonly signatureAlgorithm: SignatureAlgorithm
  readonly toBeSigned: Uint8Array
  readonly signature: Uint8Array
}

/** The issuing distribution point. */
export interface CrlScope {
  /** The extension's value as it stands: a delta must have the same as its base. */
  readonly der: Uint8Array
  readonly name: DistributionPointName | null
  readonly onlyUserCertificates: boolean
  readonly onlyCaCertificates: boolean
  readonly onlyAttributeCertificates: boolean
  readonly onlySomeReasons: readonly RevocationReason[] | null
  /** Whether it lists certificates of other issuers too. */
  readonly isIndirect: boolean
}

/** What a list says of one certificate. */
export interface CrlEntry {
  readonly revocationDate: Date
  /** `removeFromCRL` stands in deltas only and takes a revocation back. */
  readonly reason: RevocationReason | 'unspecified' | 'removeFromCRL'
}
