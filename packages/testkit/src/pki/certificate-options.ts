import type { KeyObject } from 'node:crypto'
import type { Der, StringType } from './der.js'
import type { DistributionPoint } from './distribution-point.js'
import type {
  AuthorityInformationAccess,
  AuthorityKeyIdentifier,
  Extension,
  KeyUsage,
  Purpose,
} from './extension.js'
import type { GeneralName } from './general-name.js'
import type { Issued } from './issued.js'
import type { KeyKind, KeyPair } from './key.js'
import type { NameInput } from './name.js'
import type { NameConstraints, Policy, PolicyConstraints } from './path-extension.js'
import type { SignatureOptions } from './signature.js'

/** The extensions by their meaning; `null` leaves out one that is there by default. */
export interface ExtensionOptions {
  /** BasicConstraints. Default: absent, which makes a leaf. `false` writes it without CA. */
  readonly ca?: boolean
  /** Path length constraint, written also where `ca` is false. */
  readonly pathLength?: number
  /** Default: keyCertSign and cRLSign for a CA, digitalSignature for a leaf. */
  readonly keyUsage?: readonly KeyUsage[] | null
  /** Default: none for a CA, clientAuth for a leaf. */
  readonly extendedKeyUsage?: readonly Purpose[] | null
  readonly subjectAlternativeNames?: readonly GeneralName[]
  readonly nameConstraints?: NameConstraints
  readonly policies?: readonly Policy[]
  readonly policyMappings?: readonly (readonly [string, string])[]
  readonly policyConstraints?: PolicyConstraints
  readonly inhibitAnyPolicy?: number
  readonly crlDistributionPoints?: readonly DistributionPoint[]
  readonly freshestCrl?: readonly DistributionPoint[]
  readonly authorityInformationAccess?: AuthorityInformationAccess
  /** Default: a hash of the key. */
  readonly subjectKeyIdentifier?: Der | null
  /** Default: the issuer's key identifier; absent in a self-signed certificate. */
  readonly authorityKeyIdentifier?: AuthorityKeyIdentifier | null
  /** More extensions, after the others. */
  readonly extraExtensions?: readonly Extension[]
  /**
   * The last word on the list of extensions: its order, duplicates, criticality. `'none'` leaves the field out, also what
   * the other options say; a function gets the list as the other options make it; an empty list is an empty SEQUENCE.
   */
  readonly extensions?:
    | 'none'
    | readonly Extension[]
    | ((made: readonly Extension[]) => readonly Extension[])
}

/** Fields of the TBSCertificate in raw DER, each put in place of the one that would be made. An empty one leaves it out. */
export interface TbsOverrides {
  readonly version?: Der
  readonly serialNumber?: Der
  readonly signature?: Der
  readonly issuer?: Der
  readonly validity?: Der
  readonly subject?: Der
  readonly subjectPublicKeyInfo?: Der
  /** Between key and extensions: `[1] issuerUniqueID`, `[2] subjectUniqueID`. */
  readonly uniqueIds?: Der
  readonly extensions?: Der
}

/** Everything that `issueCertificate` lets a test choose. */
export interface CertificateOptions extends ExtensionOptions {
  /** Default: a common name `client` or `CA`. */
  readonly subject?: NameInput
  /** Issuer name, where it is not the issuer's subject. */
  readonly issuerName?: NameInput
  /** String type of names given as text. Default: `utf8`. */
  readonly stringType?: StringType
  /** Default: `p256`. */
  readonly key?: KeyKind | KeyPair
  /** A new RSA or DSA pair instead of one used before. Default: true for a CA and a self-signed certificate, else false. */
  readonly freshKey?: boolean
  /** Whoever issues it. Absent: the certificate is self-signed. */
  readonly issuer?: Issued
  /** Signs with this key instead of the issuer's: a forgery, unless it is the same. */
  readonly signingKey?: KeyPair | Issued | KeyObject
  /** Default: a day ago. */
  readonly notBefore?: Date
  /** Default: 30 days from now. */
  readonly notAfter?: Date
  /** Default: 16 random octets, positive. Bytes are the content octets as they are. */
  readonly serialNumber?: bigint | number | Der
  /** Default: 3. Version 1 has no version field, and without options of its own neither 1 nor 2 has extensions. */
  readonly version?: number
  readonly signature?: SignatureOptions
  /** AlgorithmIdentifier (DER) beside the signature, where it shall differ from the one inside. */
  readonly outerAlgorithm?: Der
  readonly tbs?: TbsOverrides
  /** The TBSCertificate before it is signed. */
  readonly transformTbs?: (tbs: Buffer) => Der
  /** The signature before it is put in place. */
  readonly transformSignature?: (signature: Buffer) => Der
  /** Number of the bit (0 is the first bit of the first octet) that is turned over in the signature. */
  readonly flipSignatureBit?: number
  /** Octets after the last one of the certificate. */
  readonly trailingBytes?: Der
  /** The whole certificate, at the very end. */
  readonly transform?: (der: Buffer) => Der
}
