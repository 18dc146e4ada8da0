/** Chains of three with name constraints, and the verdict on them. */

import { readCertificate, validatePath } from '@mtls-edge/path-validation'
import {
  type CertificateOptions,
  type GeneralName,
  issueCertificate,
  type NameConstraints,
} from '@mtls-edge/testkit'

/** What is odd in a chain of three: who constrains whom, and the leaf's names. */
export interface Chain {
  readonly root?: NameConstraints
  readonly intermediate?: NameConstraints
  readonly leaf?: CertificateOptions
}

export function decide({ root, intermediate, leaf }: Chain): string {
  const constrain = (nameConstraints?: NameConstraints) =>
    nameConstraints ? { nameConstraints } : {}
  const anchor = issueCertificate({ subject: 'CN=root', ca: true, ...constrain(root) })
  const issuer = issueCertificate({
    subject: 'CN=ca,O=Bank',
    ca: true,
    issuer: anchor,
    ...constrain(intermediate),
  })
  const client = issueCertificate({ issuer, subject: 'CN=client,O=Bank', ...leaf })
  const verdict = validatePath({
    leaf: readCertificate(client.der),
    pool: [readCertificate(issuer.der)],
    intermediates: [],
    trustAnchors: [readCertificate(anchor.der)],
    at: new Date(),
    purpose: 'clientAuth',
  })
  return verdict.valid ? 'valid' : verdict.reason
}

export const REFUSED = 'name_constraint_violation'
export const dns = (value: string): GeneralName => ({ dns: value })
export const email = (value: string): GeneralName => ({ email: value })
export const uri = (value: string): GeneralName => ({ uri: value })
export const ip = (value: string): GeneralName => ({ ip: value })
