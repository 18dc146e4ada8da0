import { addressOf } from '@mtls-edge/cert-verifier'
import type { RevocationEvidence } from '@mtls-edge/path-validation'
import type { DomainConfiguration } from '../configuration/index.js'

/** A CRL or an OCSP answer that was asked about one certificate. */
export interface RevocationFacts {
  readonly kind: 'crl' | 'ocsp'
  /** The file or the address that it came from; `null` where nobody knows. */
  readonly source: string | null
  /** ISO 8601. */
  readonly thisUpdate: string
  /** ISO 8601; `null` where it does not say. */
  readonly nextUpdate: string | null
  /** Whole seconds from thisUpdate to the time that was decided for. */
  readonly age: number
  /** The subject of who signed it and may; `null` where that is nobody, or was not asked. */
  readonly signedBy: string | null
  /** What it says of the certificate; `null` where it is not relied on. */
  readonly says: string | null
  /** Why it is not relied on; `null` where it is. */
  readonly problem: string | null
}

/** Puts what a status rests on into words. */
export function describeEvidence(
  evidence: RevocationEvidence,
  domain: DomainConfiguration,
  at: Date,
): RevocationFacts {
  const { kind, item, thisUpdate, nextUpdate, signer, says, problem } = evidence
  const lists = domain.clientCertificates.caSigned?.revocation.crls ?? []
  const file = lists.find(({ crl }) => crl === item)?.file
  return {
    kind,
    source: file ?? addressOf(item),
    thisUpdate: thisUpdate.toISOString(),
    nextUpdate: nextUpdate?.toISOString() ?? null,
    age: Math.floor((at.getTime() - thisUpdate.getTime()) / 1000),
    signedBy: signer?.subject.text ?? null,
    says,
    problem,
  }
}
