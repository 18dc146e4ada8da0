import type { CountQuery, Registration, RegistryStore } from '@mtls-edge/cert-registry'
import { DAY } from '../registry/entry.js'
import type { ExpiryBucket } from '../telemetry/metrics/expiry-bucket.js'
import { countDays, type ExpiringItem, firstToEnd } from './expiring.js'

/** Farther ahead nobody plans, and nobody counts. */
const HORIZON = 90

/** In days from now; each begins where the one before ends. */
const ENDS = { expired: 0, '7d': 7, '30d': 30, '90d': HORIZON } as const

/** What of the registry ends soon, or has ended. Suspended and revoked certificates are refused anyway. */
export interface ExpiringRegistrations {
  /** The first ones. */
  readonly items: readonly ExpiringItem[]
  readonly counts: Readonly<Record<Exclude<ExpiryBucket, 'later'>, number>>
}

export interface ExpiringOptions {
  readonly now: Date
  /** How many items at the most. */
  readonly limit: number
  /** Nothing more is read once it is aborted. */
  readonly signal: AbortSignal
}

/** Reads the first ones alone, and lets the database count: however many end, a few hundred are in memory. */
export async function listExpiringRegistrations(
  store: RegistryStore,
  domains: readonly string[],
  { now, limit, signal }: ExpiringOptions,
): Promise<ExpiringRegistrations> {
  let items: readonly ExpiringItem[] = []
  const counts = { expired: 0, '7d': 0, '30d': 0, '90d': 0 }
  const inDays = (days: number) => new Date(now.getTime() + days * DAY)
  for (const domain of domains) {
    for (const state of ['active', 'pending'] as const) {
      const which = { domain, state }
      const page = { ...which, expiresBefore: inDays(HORIZON), limit, signal }
      const { items: entries } = await store.list(page)
      const found = entries.flatMap((entry) => describe(entry, now))
      items = firstToEnd([...items, ...found], limit)
      let from: Pick<CountQuery, 'expiresAfter'> = {}
      for (const name of ['expired', '7d', '30d', '90d'] as const) {
        signal.throwIfAborted()
        const end = inDays(ENDS[name])
        counts[name] += await store.count({ ...which, ...from, expiresBefore: end })
        from = { expiresAfter: end }
      }
    }
  }
  return { items, counts }
}

function describe(entry: Registration, now: Date): readonly ExpiringItem[] {
  const { certificate, domain, thumbprint, clientName, owner, state } = entry
  if (certificate === null) return []
  const { subject, notAfter } = certificate
  const days = { notAfter: notAfter.toISOString(), daysLeft: countDays(notAfter, now) }
  return [
    {
      kind: 'registered',
      domain,
      subject,
      thumbprint,
      ...days,
      names: [],
      clientName,
      owner,
      state,
    },
  ]
}
