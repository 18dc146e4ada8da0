import type { RevocationItem } from '../../service/list-revocation.js'

/** How often they are gathered, in intervals of the activity: there may be thousands of OCSP answers. */
export const FETCHED_EVERY = 5
/** More addresses than any PKI of clients has. */
const MAX_ADDRESSES = 200

/** An address that revocation information is fetched from, over all certificates and processes. */
export type FetchedAddress = Omit<RevocationItem, 'origin'>

type Failure = FetchedAddress['failure']

/** Brings what is known to one row an address: with the newest information, and the failure that came last. */
export function mergeFetched(items: Iterable<FetchedAddress>): readonly FetchedAddress[] {
  const byAddress = new Map<string, FetchedAddress>()
  for (const item of items) {
    const key = `${item.domain} ${item.kind} ${item.address}`
    const known = byAddress.get(key)
    if (known === undefined && byAddress.size >= MAX_ADDRESSES) continue
    byAddress.set(key, known === undefined ? item : merge(known, item))
  }
  return [...byAddress.values()]
}

function merge(one: FetchedAddress, other: FetchedAddress): FetchedAddress {
  const newest =
    (one.thisUpdate?.getTime() ?? 0) >= (other.thisUpdate?.getTime() ?? 0) ? one : other
  return { ...newest, failure: latest(one.failure, other.failure) }
}

function latest(one: Failure, other: Failure): Failure {
  if (one === null || other === null) return one ?? other
  const since = new Date(Math.min(one.since.getTime(), other.since.getTime()))
  return { ...(one.at >= other.at ? one : other), since }
}

/** What was fetched, of the items of a process. */
export const pickFetched = (items: readonly RevocationItem[]): readonly FetchedAddress[] =>
  mergeFetched(
    items.filter(({ origin }) => origin === 'fetched').map(({ origin: _origin, ...item }) => item),
  )
