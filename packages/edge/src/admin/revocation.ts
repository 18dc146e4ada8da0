import type { DomainConfiguration, RevocationList } from '../configuration/index.js'
import type { FetchedAddress } from '../telemetry/activity/fetched-addresses.js'

/** Where a domain's revocation information comes from, and how old it is. */
export function describeRevocation(
  domain: DomainConfiguration,
  fetched: readonly FetchedAddress[],
  now: Date,
) {
  const revocation = domain.clientCertificates.caSigned?.revocation ?? null
  const ours = fetched.filter((item) => item.domain === domain.customDomain)
  return {
    domain: domain.customDomain,
    mode: revocation?.mode ?? null,
    staleGraceMs: revocation?.staleGrace ?? null,
    fetch: revocation?.fetch ?? [],
    fetchAllowHosts: revocation?.fetchAllowHosts ?? [],
    sources: [
      ...(revocation?.crls ?? []).map((list) => describeList(list, now)),
      ...ours.map((item) => describeFetched(item, now)),
    ],
  }
}

function describeList({ file, crl }: RevocationList, now: Date) {
  const { thisUpdate, nextUpdate } = crl
  return {
    kind: 'crl',
    origin: 'file',
    location: file,
    issuer: crl.issuer.text,
    thisUpdate: thisUpdate.toISOString(),
    nextUpdate: nextUpdate?.toISOString() ?? null,
    entries: crl.entries.size,
    fetchedAt: null,
    failure: null,
    failingSince: null,
    state: isOver(nextUpdate, now) ? 'stale' : 'fresh',
  }
}

function describeFetched(item: FetchedAddress, now: Date) {
  const { kind, address, thisUpdate, nextUpdate, fetchedAt, failure } = item
  return {
    kind,
    origin: 'fetched',
    location: address,
    issuer: null,
    thisUpdate: thisUpdate?.toISOString() ?? null,
    nextUpdate: nextUpdate?.toISOString() ?? null,
    entries: null,
    fetchedAt: fetchedAt?.toISOString() ?? null,
    failure: failure?.reason ?? null,
    failingSince: failure?.since.toISOString() ?? null,
    state: stateOf(item, now),
  }
}

function stateOf({ thisUpdate, nextUpdate, failure }: FetchedAddress, now: Date) {
  if (thisUpdate === null) return 'missing'
  if (isOver(nextUpdate, now)) return 'stale'
  return failure === null ? 'fresh' : 'failing'
}

/** One that names no end is never relied on. */
const isOver = (nextUpdate: Date | null, now: Date): boolean =>
  nextUpdate === null || nextUpdate < now
