import type { Certificate } from '../certificate/certificate.js'
import type { SignerSearch } from '../revocation/crl-signer.js'
import { createEvidence, type RevocationEvidence } from '../revocation/evidence.js'
import { type RevocationStatus, statusOf, tellReason } from '../revocation/status.js'
import { isStrong } from '../rules/algorithms.js'
import type { OcspAnswer, OcspStatement } from './answer.js'
import { isIdOf } from './certificate-id.js'
import { findResponder } from './responder.js'

/** How far a responder's clock may be ahead of ours, in milliseconds. An answer that it just made would be from the future. */
const CLOCK_TOLERANCE = 5 * 60_000

/** How long an answer without nextUpdate is relied on, in milliseconds: it says that newer ones are always to be had. */
const AGE_WITHOUT_NEXT_UPDATE = 5 * 60_000

/**
 * Looks a certificate up in the CRLs and in the OCSP answers. Either may say that it is good; what either says is revoked is
 * revoked.
 *
 * @param above the certificates of the path above this one
 */
export function revocationStatusOf(
  certificate: Certificate,
  above: readonly Certificate[],
  search: SignerSearch,
): RevocationStatus {
  const listed = statusOf(certificate, above, search)
  if ((search.input.revocation?.ocsp ?? []).length === 0) return listed
  if (listed.status === 'revoked') return listed
  const answered = answeredStatusOf(certificate, above, search)
  if (answered === null) return listed
  if (answered.status === 'unknown' && listed.status === 'good')
    return { ...listed, evidence: [...answered.evidence, ...listed.evidence] }
  const evidence = [...answered.evidence, ...listed.evidence]
  if (answered.status === 'good' && listed.status === 'good') {
    const detail = `${answered.detail}, ${listed.detail}`
    return { status: 'good', until: Math.min(answered.until, listed.until), detail, evidence }
  }
  if (answered.status !== 'unknown') return { ...answered, evidence }
  return { status: 'unknown', detail: `${answered.detail}; ${listed.detail}`, evidence }
}

/** What the answers say of a certificate; `null` where none speaks of it. */
function answeredStatusOf(
  certificate: Certificate,
  above: readonly Certificate[],
  search: SignerSearch,
): RevocationStatus | null {
  const { ocsp = [], staleGrace = 0 } = search.input.revocation ?? {}
  const [issuer] = above
  if (issuer === undefined) return null
  const problems = new Set<string>()
  const evidence: RevocationEvidence[] = []
  let good: { readonly until: number; readonly detail: string } | null = null
  for (const answer of ocsp) {
    for (const statement of answer.statements) {
      if (!isIdOf(statement.certificateId, certificate, issuer)) continue
      const problem = problemOf(answer, statement, search)
      const responder = problem === null ? findResponder(answer, above, search) : null
      const objection = problem ?? (responder === null ? 'nobody who may has signed it' : null)
      evidence.push(evidenceOf(answer, statement, responder, objection))
      if (responder === null) {
        problems.add(`${tell(statement)}: ${objection}`)
        continue
      }
      const { status } = statement
      if (status.type === 'revoked') {
        const detail = `${tellReason(status)} by ${tell(statement)}`
        return { status: 'revoked', detail, evidence }
      }
      if (status.type === 'unknown') {
        problems.add(`${tell(statement)}: the responder does not know it`)
        continue
      }
      const until = Math.min(endOfStatement(statement, staleGrace), responder.notAfter.getTime())
      if (good !== null && good.until >= until) continue
      good = { until, detail: `good by ${tell(statement)}` }
    }
  }
  if (good !== null) return { status: 'good', ...good, evidence }
  if (problems.size === 0) return null
  return { status: 'unknown', detail: [...problems].join('; '), evidence }
}

function evidenceOf(
  answer: OcspAnswer,
  { thisUpdate, nextUpdate, status }: OcspStatement,
  signer: Certificate | null,
  problem: string | null,
): RevocationEvidence {
  const word = status.type === 'revoked' ? tellReason(status) : status.type
  const says = problem === null ? word : null
  return createEvidence(answer, signer, { kind: 'ocsp', thisUpdate, nextUpdate, says, problem })
}

/** Why an answer can't be relied on now, whoever signed it. */
function problemOf(
  answer: OcspAnswer,
  statement: OcspStatement,
  { input }: SignerSearch,
): string | null {
  const { at, algorithms = {}, revocation } = input
  if (answer.unknownCritical.length > 0) return 'it has a critical extension that is not known'
  if (!isStrong(answer.signatureAlgorithm, algorithms)) return 'it is signed by a weak algorithm'
  const newest = Math.max(statement.thisUpdate.getTime(), answer.producedAt.getTime())
  if (!(at.getTime() + CLOCK_TOLERANCE >= newest)) return 'it is from the future'
  if (!(at.getTime() <= endOfStatement(statement, revocation?.staleGrace ?? 0)))
    return 'it is stale'
  return null
}

/** The last moment at which a statement is relied on, in milliseconds. */
export function endOfStatement(
  { thisUpdate, nextUpdate }: OcspStatement,
  staleGrace: number,
): number {
  const end = nextUpdate?.getTime() ?? thisUpdate.getTime() + AGE_WITHOUT_NEXT_UPDATE
  return end + staleGrace
}

function tell({ thisUpdate }: OcspStatement): string {
  return `the OCSP answer from ${thisUpdate.toISOString()}`
}
