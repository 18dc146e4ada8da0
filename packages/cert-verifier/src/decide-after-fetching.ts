import { decideCertificate } from './decision/decide.js'
import type { Decision } from './decision/decision.js'
import type { CertificatePolicy } from './decision/policy.js'
import { findMissingStatus } from './revocation/missing.js'
import { createRevocationSource, type FetchLog } from './revocation/source.js'
import type { PresentedCertificates } from './source/presented.js'

/**
 * Decides as {@link decideCertificate}, and fetches what is missing first where the policy says so: as the running service does for
 * a first connection, for tools that ask once. Nothing stays open afterwards.
 *
 * @param at when: milliseconds since the epoch
 * @param log where it is told what could not be fetched
 */
export async function decideAfterFetching(
  policy: CertificatePolicy,
  presented: PresentedCertificates,
  at: number,
  log: FetchLog | null,
): Promise<Decision> {
  const fetching = policy.caSigned?.fetching ?? null
  const decision = decideCertificate(policy, presented, at)
  if (fetching === null) return decision
  const source = createRevocationSource({ ...fetching, log, clock: () => at })
  try {
    const question = findMissingStatus(policy, presented, decision, at, source)
    if (question === null) return decision
    await source.fetchMissing(question, true)
    return decideCertificate(policy, presented, at, source)
  } finally {
    source.close()
  }
}
