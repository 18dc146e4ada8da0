import type { KeyObject } from 'node:crypto'
import type { Der } from './der.js'
import type { DistributionPoint, DistributionPointName, ReasonFlag } from './distribution-point.js'
import type { AuthorityKeyIdentifier, Extension } from './extension.js'
import type { GeneralName } from './general-name.js'
import type { Issued } from './issued.js'
import type { KeyPair } from './key.js'
import type { NameInput } from './name.js'
import type { SignatureOptions } from './signature.js'

/** CRLReason by name; 7 is not used. */
export const CRL_REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const

/** A name of a CRLReason. */
export type CrlReason = keyof typeof CRL_REASONS

/** One revoked certificate. */
export interface RevokedEntry {
  /** Its serial number, the content octets of it, or the certificate itself. */
  readonly serialNumber: bigint | number | Der | Issued
  /** Default: an hour before `thisUpdate`. */
  readonly revocationDate?: Date
  readonly reason?: CrlReason
  readonly invalidityDate?: Date
  /** Who issued it, in an indirect CRL. It holds for the entries after it too, until the next one. */
  readonly certificateIssuer?: readonly GeneralName[]
  readonly extraExtensions?: readonly Extension[]
}

/** The scope of a CRL. */
export interface IssuingDistributionPoint extends DistributionPointName {
  readonly onlyContainsUserCerts?: boolean
  readonly onlyContainsCaCerts?: boolean
  readonly onlySomeReasons?: readonly ReasonFlag[]
  readonly indirectCrl?: boolean
  readonly onlyContainsAttributeCerts?: boolean
}

/** Everything that `issueCrl` lets a test choose. */
export interface CrlOptions {
  /** Whoever issues and signs it. */
  readonly issuer: Issued
  /** Issuer name, where it is not the issuer's subject. */
  readonly issuerName?: NameInput
  /** Signs with this key instead of the issuer's. */
  readonly signingKey?: KeyPair | Issued | KeyObject
  readonly signature?: SignatureOptions
  /** AlgorithmIdentifier (DER) beside the signature, where it shall differ from the one inside. */
  readonly outerAlgorithm?: Der
  /** Default: an hour ago. */
  readonly thisUpdate?: Date
  /** Default: a day from now. `null` leaves it out. */
  readonly nextUpdate?: Date | null
  /** Default: 2. Version 1 has neither a version field nor extensions. */
  readonly version?: 1 | 2
  /** Default: 1. `null` leaves it out. */
  readonly crlNumber?: bigint | number | null
  /** Makes it a delta CRL upon the base of this number. */
  readonly deltaOf?: bigint | number
  readonly revoked?: readonly RevokedEntry[]
  /** So many entries more, fast: their serial numbers are those of `bulkSerialNumber(0)`, `(1)`... */
  readonly bulk?: number
  readonly issuingDistributionPoint?: IssuingDistributionPoint
  readonly freshestCrl?: readonly DistributionPoint[]
  /** Default: the issuer's key identifier. */
  readonly authorityKeyIdentifier?: AuthorityKeyIdentifier | null
  readonly extraExtensions?: readonly Extension[]
  /** The last word on the list of extensions: order, duplicates, criticality. */
  readonly extensions?: (made: readonly Extension[]) => readonly Extension[]
  /** The TBSCertList before it is signed. */
  readonly transformTbs?: (tbs: Buffer) => Der
  /** Number of the bit that is turned over in the signature. */
  readonly flipSignatureBit?: number
  /** The whole CRL, at the very end. */
  readonly transform?: (der: Buffer) => Der
}
