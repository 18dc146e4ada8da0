import type { Certificate } from '../certificate/certificate.js'
import type { DistributionPoint, RevocationReason } from '../certificate/extensions.js'
import type { Crl, CrlEntry } from './crl.js'
import { isSignedByAuthority, type SignerSearch } from './crl-signer.js'
import { isDeltaOf } from './delta.js'
import { ALL_REASONS, commonReasons } from './reasons.js'
import { isInScope } from './scope.js'
import { endOf, problemOf } from './usable.js'

/** What the lists say of one certificate. */
export type RevocationStatus =
  | { readonly status: 'good'; readonly until: number; readonly detail: string }
  | { readonly status: 'revoked'; readonly detail: string }
  | { readonly status: 'unknown'; readonly detail: string }

/** A complete list, or a delta, and what it was found to cover. */
interface Lookup {
  readonly above: readonly Certificate[]
  readonly search: SignerSearch
  readonly staleGrace: number
  /** Why lists of the right issuer were passed over, for people. */
  readonly problems: Set<string>
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
  const lookup: Lookup = { above, search, staleGrace, problems: new Set() }
  const covered = new Set<RevocationReason>()
  const sources: string[] = []
  let until = Number.POSITIVE_INFINITY
  for (const { crl, reasons, isDesignated } of listsFor(certificate, crls)) {
    const isNews = reasons.some((reason) => !covered.has(reason))
    if (!isNews || !isReliable(crl, isDesignated, lookup)) continue
    const deltas = crls.filter((delta) => isDeltaOf(delta, crl)).sort(byAge)
    const delta = deltas.find((one) => isReliable(one, isDesignated, lookup)) ?? null
    const entry = findEntry(certificate, crl, delta)
    if (entry !== null) return { status: 'revoked', detail: tellEntry(entry, crl) }
    for (const reason of reasons) covered.add(reason)
    sources.push(tell(crl))
    until = Math.min(
      until,
      endOf(crl, staleGrace),
      delta === null ? until : endOf(delta, staleGrace),
    )
    if (covered.size === ALL_REASONS.length) {
      return { status: 'good', until, detail: `not revoked by ${sources.join(', ')}` }
    }
  }
  return { status: 'unknown', detail: tellUnknown(lookup, sources) }
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

function isReliable(crl: Crl, isDesignated: boolean, lookup: Lookup): boolean {
  const { above, search, staleGrace, problems } = lookup
  const { at, algorithms = {} } = search.input
  const problem = problemOf(crl, at, staleGrace, algorithms)
  if (problem !== null) problems.add(`${tell(crl)}: ${problem}`)
  if (problem !== null) return false
  if (isSignedByAuthority(crl, above, isDesignated, search)) return true
  problems.add(`${tell(crl)}: nobody who may has signed it`)
  return false
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

function tellEntry({ reason, revocationDate }: CrlEntry, crl: Crl): string {
  return `revoked at ${revocationDate.toISOString()} (${reason}) by ${tell(crl)}`
}

function tellUnknown({ problems }: Lookup, sources: readonly string[]): string {
  if (problems.size > 0) return `no reliable CRL: ${[...problems].join('; ')}`
  return sources.length > 0 ? 'the CRLs cover some reasons only' : 'no CRL speaks of it'
}
