/** Chains of three with something odd in one of them, and the verdict on them at a fixed time. */

import {
  type PathInput,
  type PathReason,
  readCertificate,
  validatePath,
} from '@mtls-edge/path-validation'
import { type CertificateOptions, type Issued, issueCertificate } from '@mtls-edge/testkit'

export const AT = new Date('2030-06-15T12:00:00Z')
export const FROM = new Date('2030-01-01T00:00:00Z')
export const TO = new Date('2031-01-01T00:00:00Z')
export const dated = { notBefore: FROM, notAfter: TO }

/** What is odd in a chain of three. */
export interface Chain {
  readonly root?: CertificateOptions
  readonly intermediate?: CertificateOptions
  readonly leaf?: CertificateOptions
}

export function issueChain(
  chain: Chain,
): readonly [leaf: Issued, intermediate: Issued, root: Issued] {
  const root = issueCertificate({ subject: 'root', ca: true, ...dated, ...chain.root })
  const intermediate = issueCertificate({
    subject: 'ca',
    ca: true,
    issuer: root,
    ...dated,
    ...chain.intermediate,
  })
  return [issueCertificate({ issuer: intermediate, ...dated, ...chain.leaf }), intermediate, root]
}

export function decide(chain: Chain, more: Partial<PathInput> = {}): PathReason | 'valid' {
  const [leaf, intermediate, root] = issueChain(chain).map(({ der }) => readCertificate(der))
  if (!leaf || !intermediate || !root) throw new Error('a chain of three')
  const input = { leaf, pool: [intermediate], intermediates: [], trustAnchors: [root], at: AT }
  const verdict = validatePath({ ...input, purpose: 'clientAuth', ...more })
  return verdict.valid ? 'valid' : verdict.reason
}
