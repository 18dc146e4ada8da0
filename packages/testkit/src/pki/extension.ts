import {
  boolean,
  context,
  contextPrimitive,
  type Der,
  integer,
  namedBits,
  objectIdentifier,
  octetString,
  sequence,
} from './der.js'
import { encodeGeneralName, type GeneralName } from './general-name.js'

/** An extension before it is encoded; `value` is the DER inside the OCTET STRING. */
export interface Extension {
  readonly oid: string
  readonly critical: boolean
  readonly value: Der
}

/** The OIDs of the extensions that the factory makes. */
export const EXTENSION_OIDS = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  issuerAlternativeName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  crlReason: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  freshestCrl: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
} as const satisfies Record<string, string>

/** The bits of KeyUsage, in their order. */
export const KEY_USAGES = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const

/** A name of a KeyUsage bit. */
export type KeyUsage = (typeof KEY_USAGES)[number]

/** The purposes that have a name here; any other is written as its OID. */
export const PURPOSE_OIDS = {
  anyExtendedKeyUsage: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
} as const satisfies Record<string, string>

/** A key purpose: a name of {@link PURPOSE_OIDS} or a dotted OID. */
export type Purpose = keyof typeof PURPOSE_OIDS | `${number}.${string}`

const PURPOSES: ReadonlyMap<string, string> = new Map(Object.entries(PURPOSE_OIDS))

/** Encodes one extension; `critical: false` is the default and so not written. */
export function encodeExtension({ oid, critical, value }: Extension): Buffer {
  const flag = critical ? [boolean(true)] : []
  return sequence(objectIdentifier(oid), ...flag, octetString(value))
}

/** BasicConstraints, critical. */
export function basicConstraints(ca: boolean, pathLength?: number): Extension {
  const length = pathLength === undefined ? [] : [integer(pathLength)]
  const value = sequence(...(ca ? [boolean(true)] : []), ...length)
  return { oid: EXTENSION_OIDS.basicConstraints, critical: true, value }
}

/** KeyUsage, critical. */
export function keyUsage(usages: readonly KeyUsage[]): Extension {
  const value = namedBits(usages.map((usage) => KEY_USAGES.indexOf(usage)))
  return { oid: EXTENSION_OIDS.keyUsage, critical: true, value }
}

/** ExtendedKeyUsage. */
export function extendedKeyUsage(purposes: readonly Purpose[]): Extension {
  const oids = purposes.map((purpose) => objectIdentifier(PURPOSES.get(purpose) ?? purpose))
  return { oid: EXTENSION_OIDS.extendedKeyUsage, critical: false, value: sequence(...oids) }
}

/** SubjectAlternativeName. */
export function subjectAlternativeName(names: readonly GeneralName[], critical = false): Extension {
  const value = sequence(...names.map(encodeGeneralName))
  return { oid: EXTENSION_OIDS.subjectAlternativeName, critical, value }
}

/** SubjectKeyIdentifier. */
export function subjectKeyIdentifier(identifier: Der): Extension {
  const value = octetString(identifier)
  return { oid: EXTENSION_OIDS.subjectKeyIdentifier, critical: false, value }
}

/** What an AuthorityKeyIdentifier says of the issuer's certificate. */
export interface AuthorityKeyIdentifier {
  readonly keyIdentifier?: Der
  readonly issuer?: readonly GeneralName[]
  readonly serialNumber?: bigint
}

/** AuthorityKeyIdentifier. */
export function authorityKeyIdentifier(from: AuthorityKeyIdentifier): Extension {
  const parts: Buffer[] = []
  if (from.keyIdentifier) parts.push(contextPrimitive(0, from.keyIdentifier))
  if (from.issuer) parts.push(context(1, ...from.issuer.map(encodeGeneralName)))
  if (from.serialNumber !== undefined) {
    parts.push(contextPrimitive(2, integer(from.serialNumber).subarray(2)))
  }
  const value = sequence(...parts)
  return { oid: EXTENSION_OIDS.authorityKeyIdentifier, critical: false, value }
}

/** AuthorityInformationAccess: addresses of OCSP responders and of the issuer's certificate. */
export interface AuthorityInformationAccess {
  readonly ocsp?: readonly string[]
  readonly caIssuers?: readonly string[]
}

/** AuthorityInformationAccess as an extension. */
export function authorityInformationAccess(from: AuthorityInformationAccess): Extension {
  const access = (method: string) => (uri: string) =>
    sequence(objectIdentifier(method), encodeGeneralName({ uri }))
  const value = sequence(
    ...(from.ocsp ?? []).map(access('1.3.6.1.5.5.7.48.1')),
    ...(from.caIssuers ?? []).map(access('1.3.6.1.5.5.7.48.2')),
  )
  return { oid: EXTENSION_OIDS.authorityInformationAccess, critical: false, value }
}

/** id-pkix-ocsp-nocheck, for a delegated OCSP responder's certificate. */
export function ocspNoCheck(): Extension {
  return { oid: EXTENSION_OIDS.ocspNoCheck, critical: false, value: Buffer.from([5, 0]) }
}
