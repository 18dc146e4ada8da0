import type { CertVerifierOptions, StatusQuestion } from '@mtls-edge/cert-verifier'
import { readCertificate } from '@mtls-edge/path-validation'
import {
  type CrlOptions,
  createPki,
  type Issued,
  issueCertificate,
  issueCrl,
} from '@mtls-edge/testkit'

export const { root } = createPki()
export const second = 1000
export const UNKNOWN = { status: 401, code: 'FST_CERT_VERIFIER_REVOCATION_UNKNOWN' }
export const REVOKED = { status: 401, code: 'FST_CERT_VERIFIER_REVOKED' }
export const PASSES = { status: 200, kind: 'ca-verified' }

/** Options that fetch CRLs, also from 127.0.0.1. */
export const fetching = (
  mode: 'require' | 'prefer' | 'off' = 'require',
  more: Partial<NonNullable<CertVerifierOptions['caSigned']>['revocation']> = {},
): CertVerifierOptions => ({
  domain: 'auth.example.com',
  caSigned: {
    trustAnchors: [root.pem],
    revocation: { mode, fetch: ['crl'], fetchAllowHosts: ['127.0.0.1'], ...more },
  },
})

/** A client whose CRL is at one of these places. */
export const clientOf = (...places: readonly string[]): Issued =>
  issueCertificate({
    issuer: root,
    crlDistributionPoints: [{ fullName: places.map((uri) => ({ uri })) }],
  })

/** What is asked where only the status of this client is not known. */
export function questionOf(client: Issued): StatusQuestion {
  const leaf = readCertificate(client.der)
  const path = [leaf, readCertificate(root.der)]
  return { path, missing: [leaf], authorities: path, known: { mode: 'require', crls: [] } }
}

let number = 0

/** The root's next CRL. */
export const list = (revoked: readonly Issued[] = [], more: Partial<CrlOptions> = {}): Buffer =>
  issueCrl({
    issuer: root,
    crlNumber: ++number,
    revoked: revoked.map((one) => ({ serialNumber: one })),
    ...more,
  }).der

/** The number that the next CRL has. */
export const nextNumber = (): number => ++number
