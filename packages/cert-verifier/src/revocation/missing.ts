import { decideCertificate } from '../decision/decide.js'
import type { ClientCertificate } from '../decision/decision.js'
import type { CertificatePolicy } from '../decision/policy.js'
import { readPool } from '../decision/read-pool.js'
import type { PresentedCertificates } from '../source/presented.js'
import type { StatusQuestion } from './question.js'
import type { FetchedStatus } from './source.js'

/** Whether a verdict is what it is, or could be another one, for want of revocation information. */
export function isIncomplete(verdict: ClientCertificate): boolean {
  if (verdict.kind === 'none') return false
  if (verdict.kind === 'refused') return verdict.reason === 'revocation_unknown'
  return verdict.unknownStatus.length > 0
}

/**
 * Finds what would have to be known for another verdict; `null` where revocation is not what is wanting. That the status of
 * some certificates is unknown must be the only thing that there is against the path, the handshake and the lists included:
 * nothing is fetched for anybody whose certificates are not verified.
 */
export function findMissingStatus(
  policy: CertificatePolicy,
  presented: PresentedCertificates,
  verdict: ClientCertificate,
  at: number,
  fetched: FetchedStatus,
): StatusQuestion | null {
  const { caSigned } = policy
  if (caSigned === null || !isIncomplete(verdict)) return null
  const lenient =
    verdict.kind === 'refused'
      ? decideCertificate(makeLenient(policy), presented, at, fetched)
      : verdict
  if (lenient.kind !== 'ca-verified' || lenient.unknownStatus.length === 0) return null
  const { path, unknownStatus: missing } = lenient
  const { trustAnchors, intermediates, revocation: known } = caSigned
  const authorities = [...path, ...trustAnchors, ...intermediates, ...readPool(presented.pool)]
  return { path, missing, authorities, known }
}

/** The same policy, by which an unknown status passes: its verdict says whether everything else is in order. */
function makeLenient(policy: CertificatePolicy): CertificatePolicy {
  const { caSigned } = policy
  if (caSigned === null) return policy
  const revocation = { ...caSigned.revocation, mode: 'prefer' } as const
  return { ...policy, caSigned: { ...caSigned, revocation } }
}
