import type { Registration, RegistryStore } from '@mtls-edge/cert-registry'
import { DAY } from '../registry/entry.js'
import { EXPIRY_BUCKETS, type ExpiryBucket } from '../telemetry/metrics/expiry-bucket.js'
import { bucketOf, countDays, type ExpiringItem } from './expiring.js'

/** Farther ahead nobody plans. */
const HORIZON = 90 * DAY
/** Pages of a thousand for each domain, state and side of now: counting them all would walk over a million. */
const MAX_PAGES = 5
const PAGE = 1000

/** What of the registry ends soon, or has ended. Suspended and revoked certificates are refused anyway. */
export interface ExpiringRegistrations {
  readonly items: readonly ExpiringItem[]
  readonly counts: Readonly<Record<ExpiryBucket, number>>
  /** Buckets that hold more than was counted. */
  readonly more: readonly ExpiryBucket[]
}

export async function listExpiringRegistrations(
  store: RegistryStore,
  domains: readonly string[],
  now: Date,
): Promise<ExpiringRegistrations> {
  const items: ExpiringItem[] = []
  const more = new Set<ExpiryBucket>()
  const horizon = new Date(now.getTime() + HORIZON)
  for (const domain of domains) {
    for (const state of ['active', 'pending'] as const) {
      const over = await readPages(store, { domain, state, expiresBefore: now })
      const period = { expiresAfter: now, expiresBefore: horizon }
      const ahead = await readPages(store, { domain, state, ...period })
      items.push(...[...over.entries, ...ahead.entries].flatMap((entry) => describe(entry, now)))
      if (!over.isComplete) more.add('expired')
      if (!ahead.isComplete) for (const name of bucketsFrom(ahead.entries, now)) more.add(name)
    }
  }
  const counts = { expired: 0, '7d': 0, '30d': 0, '90d': 0, later: 0 }
  for (const item of items) counts[bucketOf(item, now)] += 1
  return { items, counts, more: EXPIRY_BUCKETS.filter((name) => more.has(name)) }
}

/** Where counting ended: the bucket of the last one, and all that come after it. */
function bucketsFrom(entries: readonly Registration[], now: Date): readonly ExpiryBucket[] {
  const [last] = entries.slice(-1).flatMap((entry) => describe(entry, now))
  const index = last === undefined ? 0 : EXPIRY_BUCKETS.indexOf(bucketOf(last, now))
  return EXPIRY_BUCKETS.slice(index).filter((name) => name !== 'later')
}

async function readPages(store: RegistryStore, query: Parameters<RegistryStore['list']>[0]) {
  const entries: Registration[] = []
  let after: string | null = null
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const read = await store.list({ ...query, limit: PAGE, ...(after === null ? {} : { after }) })
    entries.push(...read.items)
    after = read.next
    if (after === null) return { entries, isComplete: true }
  }
  return { entries, isComplete: false }
}

function describe(entry: Registration, now: Date): readonly ExpiringItem[] {
  const { certificate, domain, thumbprint, clientName, owner, state } = entry
  if (certificate === null) return []
  const { subject, notAfter } = certificate
  const days = { notAfter: notAfter.toISOString(), daysLeft: countDays(notAfter, now) }
  return [
    {
      ...{ kind: 'registered', domain, subject, thumbprint, ...days },
      ...{ names: [], clientName, owner, state },
    },
  ]
}
