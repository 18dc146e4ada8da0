import type { GeneralName } from '../name/name.js'

/** The extensions of RFC 5280, typed; `null` where the certificate lacks one. */
export interface Extensions {
  readonly basicConstraints: BasicConstraints | null
  readonly keyUsage: KeyUsage | null
  readonly extendedKeyUsage: ExtendedKeyUsage | null
  readonly subjectAlternativeNames: readonly GeneralName[] | null
  readonly issuerAlternativeNames: readonly GeneralName[] | null
  readonly nameConstraints: NameConstraints | null
  /** The policies, each with its object identifier as dotted numbers. */
  readonly policies: CertificatePolicies | null
  readonly policyMappings: readonly PolicyMapping[] | null
  readonly policyConstraints: PolicyConstraints | null
  /** How many more certificates may carry anyPolicy. */
  readonly inhibitAnyPolicy: number | null
  readonly crlDistributionPoints: readonly DistributionPoint[] | null
  readonly freshestCrl: readonly DistributionPoint[] | null
  readonly authorityInformationAccess: readonly AccessDescription[] | null
  /** Lower-case hex. */
  readonly subjectKeyIdentifier: string | null
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | null
  /** Dotted numbers of critical extensions that nothing here interprets. Such a certificate must be refused. */
  readonly unknownCritical: readonly string[]
  /** Every extension as it stands, in its order. */
  readonly all: readonly Extension[]
}

export interface Extension {
  /** Dotted numbers. */
  readonly oid: string
  readonly critical: boolean
  /** What the OCTET STRING holds. */
  readonly value: Uint8Array
}

export interface BasicConstraints {
  readonly ca: boolean
  /** How many intermediates may follow; `null` without a limit. */
  readonly pathLength: number | null
}

export type KeyUsageName =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'crlSign'
  | 'encipherOnly'
  | 'decipherOnly'

export type KeyUsage = readonly KeyUsageName[]

/** Dotted numbers, of which there is one at least. */
export type ExtendedKeyUsage = readonly string[]

export interface NameConstraints {
  readonly permitted: readonly GeneralSubtree[]
  readonly excluded: readonly GeneralSubtree[]
}

export interface GeneralSubtree {
  readonly base: GeneralName
  /** Whether `minimum` and `maximum` are as the profile wants them: 0 and absent. */
  readonly isPlain: boolean
}

export interface CertificatePolicies {
  readonly critical: boolean
  readonly oids: readonly string[]
}

export interface PolicyMapping {
  readonly issuerDomain: string
  readonly subjectDomain: string
}

export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | null
  readonly inhibitPolicyMapping: number | null
}

export interface DistributionPoint {
  readonly name: DistributionPointName | null
  readonly reasons: readonly RevocationReason[] | null
  readonly crlIssuer: readonly GeneralName[] | null
}

/** The full names, or one relative to the issuer of the CRL: the comparison key of what is to be added to its name. */
export type DistributionPointName =
  | { readonly type: 'full'; readonly names: readonly GeneralName[] }
  | { readonly type: 'relative'; readonly relativeName: string }

export type RevocationReason =
  | 'keyCompromise'
  | 'caCompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  | 'privilegeWithdrawn'
  | 'aaCompromise'

export interface AccessDescription {
  /** Dotted numbers: 1.3.6.1.5.5.7.48.1 for OCSP, 1.3.6.1.5.5.7.48.2 for the issuers' certificates. */
  readonly method: string
  readonly location: GeneralName
}

export interface AuthorityKeyIdentifier {
  /** Lower-case hex. */
  readonly keyIdentifier: string | null
  readonly issuer: readonly GeneralName[] | null
  readonly serialNumber: string | null
}
