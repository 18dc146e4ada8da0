/** A root, a CA below it, and what a test needs to ask for a verdict with lists of the CA. */

import {
  type Limits,
  type RevocationInput,
  readCertificate,
  readCrl,
  validatePath,
} from '@mtls-edge/path-validation'
import {
  type CertificateOptions,
  type CrlOptions,
  type Issued,
  issueCertificate,
  issueCrl,
  type RevokedEntry,
} from '@mtls-edge/testkit'

export const HOUR = 3_600_000
// Lists know whole seconds: so the first and the last one of a list can be met.
export const now = new Date(Math.floor(Date.now() / 1000) * 1000)
export const hours = (n: number): Date => new Date(now.getTime() + n * HOUR)

export const root = issueCertificate({ subject: 'root', ca: true })
export const ca = issueCertificate({ subject: 'ca', ca: true, issuer: root })
export const plain = issueCertificate({ issuer: ca })
export const rootCrl = issueCrl({ issuer: root }).der

/** What a test chooses of a list. */
export type Options = Partial<CrlOptions>
export const crl = (options: Options = {}): Uint8Array => issueCrl({ issuer: ca, ...options }).der

/** One case: the leaf, and what is known of revocation. */
export interface Case {
  readonly leaf?: CertificateOptions
  /** The CRLs, made for the leaf. */
  readonly crls: (leaf: Issued) => readonly Uint8Array[]
  readonly pool?: readonly Issued[]
  readonly revocation?: Partial<RevocationInput>
  readonly limits?: Partial<Limits>
  /** The root's lists. Default: {@link rootCrl}. */
  readonly rootCrls?: readonly Uint8Array[]
}

export function decide({ leaf: options, crls, pool = [], revocation, ...more }: Case) {
  const { limits = {}, rootCrls = [rootCrl] } = more
  const leaf = options === undefined ? plain : issueCertificate({ issuer: ca, ...options })
  return validatePath({
    leaf: readCertificate(leaf.der),
    pool: [ca, ...pool].map(({ der }) => readCertificate(der)),
    intermediates: [],
    trustAnchors: [readCertificate(root.der)],
    at: now,
    purpose: 'clientAuth',
    limits,
    revocation: { mode: 'require', crls: [...rootCrls, ...crls(leaf)].map(readCrl), ...revocation },
  })
}

export const told = (one: Case): string => {
  const verdict = decide(one)
  return verdict.valid ? verdict.revocation : verdict.reason
}

export const entry = (leaf: Issued, more: Partial<RevokedEntry> = {}): RevokedEntry => ({
  serialNumber: leaf,
  ...more,
})
export const place = (uri: string) => ({ fullName: [{ uri }] })
export const at = (uri: string): CertificateOptions => ({ crlDistributionPoints: [uri] })
export const unknown = (critical: boolean) => [{ oid: '1.2.3', critical, value: Buffer.of(5, 0) }]
export const signer = issueCertificate({
  subject: 'ca',
  issuer: ca,
  keyUsage: ['cRLSign'],
  extendedKeyUsage: null,
})
export const notSigner = issueCertificate({ subject: 'ca', issuer: ca, extendedKeyUsage: null })
export const impostor = issueCertificate({ subject: 'ca', ca: true })
export const helper = issueCertificate({
  subject: 'crl helper',
  issuer: root,
  keyUsage: ['cRLSign'],
  extendedKeyUsage: null,
})
export const indirect: CertificateOptions = {
  crlDistributionPoints: [{ ...place('http://x/i'), crlIssuer: [{ directory: 'crl helper' }] }],
}
export const ofCa = { certificateIssuer: [{ directory: 'ca' }] }
export const byHelper = (options: Options) =>
  crl({
    issuer: helper,
    issuingDistributionPoint: { ...place('http://x/i'), indirectCrl: true },
    ...options,
  })
