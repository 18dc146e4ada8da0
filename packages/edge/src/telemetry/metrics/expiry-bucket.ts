const DAY = 86_400_000

/** By when something ends; each bucket begins where the one before ends. */
export const EXPIRY_BUCKETS = ['expired', '7d', '30d', '90d', 'later'] as const

export type ExpiryBucket = (typeof EXPIRY_BUCKETS)[number]

/** The bucket of what ends at a time, both in milliseconds since the epoch. */
export function expiryBucketOf(end: number, now: number): ExpiryBucket {
  const days = (end - now) / DAY
  if (days < 0) return 'expired'
  if (days < 7) return '7d'
  if (days < 30) return '30d'
  return days < 90 ? '90d' : 'later'
}
