import type { Certificate } from '../certificate/certificate.js'
import type { DistributionPoint, RevocationReason } from '../certificate/extensions.js'
import type { Crl, CrlEntry } from './crl.js'
import { findSigner, type SignerSearch } from './crl-signer.js'
import { isDeltaOf } from './delta.js'
import { evidenceOfCrl, type RevocationEvidence } from './evidence.js'
import { ALL_REASONS, commonReasons } from './reasons.js'
import { isInScope } from './scope.js'
import { endOf, problemOf } from './usable.js'

/** What the lists say of one certificate. */
export type RevocationStatus = {
  readonly detail: string
  readonly evidence: readonly RevocationEvidence[]
} & (
  | { readonly status: 'good'; readonly until: number }
  | { readonly status: 'revoked' }
  | { readonly status: 'unknown' }
)

/** A complete list, or a delta, and what it was found to cover. */
interface Lookup {
  readonly above: readonly Certificate[]
  readonly search: SignerSearch
  readonly staleGrace: number
  /** Why lists of the right issuer were passed over, for people. */
  readonly problems: Set<string>
  readonly evidence: RevocationEvidence[]
}

/**
 * Looks a certificate up in every list that speaks of it, until all reasons are covered: deltas before their base, newer lists
 * before older ones.
 *
 * @param above the certificates of the path above this one
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-6.3.3
 */
export function statusOf(
  certificate: Certificate,
  above: readonly Certificate[],
  search: SignerSearch,
): RevocationStatus {
  const { crls = [], staleGrace = 0 } = search.input.revocation ?? {}
  const lookup: Lookup = { above, search, staleGrace, problems: new Set(), evidence: [] }
  const { evidence } = lookup
  const covered = new Set<RevocationReason>()
  const sources: string[] = []
  let until = Number.POSITIVE_INFINITY
  for (const { crl, reasons, isDesignated } of listsFor(certificate, crls)) {
    const isNews = reasons.some((reason) => !covered.has(reason))
    const signer = isNews ? findReliableSigner(crl, isDesignated, lookup) : null
    if (signer === null) continue
    const deltas = crls.filter((delta) => isDeltaOf(delta, crl)).sort(byAge)
    const delta = findDelta(deltas, isDesignated, lookup)
    const entry = findEntry(certificate, crl, delta?.crl ?? null)
    const says = entry === null ? 'not listed' : tellReason(entry)
    if (delta !== null)
      evidence.push(
        evidenceOfCrl(delta.crl, { signer: delta.signer, says: 'changes', problem: null }),
      )
    evidence.push(evidenceOfCrl(crl, { signer, says, problem: null }))
    if (entry !== null) return { status: 'revoked', detail: tellEntry(entry, crl), evidence }
    for (const reason of reasons) covered.add(reason)
    sources.push(tell(crl))
    until = Math.min(
      until,
      endOf(crl, staleGrace),
      delta === null ? until : endOf(delta.crl, staleGrace),
    )
    if (covered.size === ALL_REASONS.length) {
      const detail = `not revoked by ${sources.join(', ')}`
      return { status: 'good', until, detail, evidence }
    }
  }
  return { status: 'unknown', detail: tellUnknown(lookup, sources), evidence }
}

interface Listed {
  readonly crl: Crl
  readonly reasons: readonly RevocationReason[]
  /** Whether the certificate names the list's issuer as its `cRLIssuer`. */
  readonly isDesignated: boolean
}

/** The complete lists for each distribution point, and then those of the issuer itself, which no point needs to name. */
function* listsFor(certificate: Certificate, crls: readonly Crl[]): Generator<Listed> {
  const own: DistributionPoint = { name: null, reasons: null, crlIssuer: null }
  const implied: DistributionPoint = {
    ...own,
    name: {
      type: 'full',
      names: [{ type: 'directory', value: '', name: certificate.issuer }],
    },
  }
  const complete = crls.filter((crl) => crl.baseNumber === null).sort(byAge)
  for (const point of [...(certificate.extensions.crlDistributionPoints ?? []), implied]) {
    for (const crl of complete) {
      if (!isInScope(certificate, point, crl)) continue
      const reasons = commonReasons(crl.scope?.onlySomeReasons ?? null, point.reasons)
      yield { crl, reasons, isDesignated: point.crlIssuer !== null }
    }
  }
}

/** Newest first; of two lists of one second the one with the greater number, as numbers only grow. */
function byAge(one: Crl, other: Crl): number {
  const age = other.thisUpdate.getTime() - one.thisUpdate.getTime()
  return age !== 0 ? age : Number((other.number ?? 0n) - (one.number ?? 0n))
}

/** Who signed a list that can be relied on; `null` where it can't be. */
function findReliableSigner(crl: Crl, isDesignated: boolean, lookup: Lookup): Certificate | null {
  const { above, search, staleGrace } = lookup
  const { at, algorithms = {} } = search.input
  const problem = problemOf(crl, at, staleGrace, algorithms)
  if (problem !== null) return passOver(crl, problem, lookup)
  const signer = findSigner(crl, above, isDesignated, search)
  return signer ?? passOver(crl, 'nobody who may has signed it', lookup)
}

function passOver(crl: Crl, problem: string, { problems, evidence }: Lookup): null {
  const told = `${tell(crl)}: ${problem}`
  // The same list is met once for each distribution point.
  if (!problems.has(told)) evidence.push(evidenceOfCrl(crl, { signer: null, says: null, problem }))
  problems.add(told)
  return null
}

interface Delta {
  readonly crl: Crl
  readonly signer: Certificate
}

/** The first that can be relied on. */
function findDelta(deltas: readonly Crl[], isDesignated: boolean, lookup: Lookup): Delta | null {
  for (const crl of deltas) {
    const signer = findReliableSigner(crl, isDesignated, lookup)
    if (signer !== null) return { crl, signer }
  }
  return null
}

/** (i) to (k): what the delta says comes before what the base says; `removeFromCRL` takes the base's word back. */
function findEntry(certificate: Certificate, base: Crl, delta: Crl | null): CrlEntry | null {
  const { issuer, serialNumber } = certificate
  const newer = delta?.entries.find(issuer.normalized, serialNumber) ?? null
  const entry = newer ?? base.entries.find(issuer.normalized, serialNumber)
  return entry?.reason === 'removeFromCRL' ? null : entry
}

function tell(crl: Crl): string {
  const number = crl.number === null ? '' : ` ${crl.number}`
  return `the CRL${number} of "${crl.issuer.text}" from ${crl.thisUpdate.toISOString()}`
}

/** When and why, for people. */
export const tellReason = ({
  reason,
  revocationDate,
}: Pick<CrlEntry, 'reason' | 'revocationDate'>): string =>
  `revoked at ${revocationDate.toISOString()} (${reason})`

const tellEntry = (entry: CrlEntry, crl: Crl): string => `${tellReason(entry)} by ${tell(crl)}`

function tellUnknown({ problems }: Lookup, sources: readonly string[]): string {
  if (problems.size > 0) return `no reliable CRL: ${[...problems].join('; ')}`
  return sources.length > 0 ? 'the CRLs cover some reasons only' : 'no CRL speaks of it'
}
