import { countInBucket, emptyBuckets } from '../buckets.js'

/** The upper ends of the buckets, in milliseconds; what takes longer is in one more. */
export const BOUNDS = [
  0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000,
] as const

/** How many there are in each bucket, the last one being for what is beyond all bounds. */
export type Counts = readonly number[]

export const emptyCounts = (): number[] => emptyBuckets(BOUNDS)

/** Counts a duration, in milliseconds. */
export function countDuration(counts: number[], duration: number): void {
  countInBucket(counts, BOUNDS, duration)
}

/** Adds the second to the first. */
export function addCounts(to: number[], counts: Counts): void {
  for (const [index, count] of counts.entries()) to[index] = (to[index] ?? 0) + count
}

/** A histogram for people and plots. */
export interface Histogram {
  readonly count: number
  /** `null` where nothing was counted; a bucket is taken for evenly filled. */
  readonly p50Ms: number | null
  readonly p90Ms: number | null
  readonly p99Ms: number | null
  /** Each with what it alone holds; `null`: beyond the bounds. */
  readonly buckets: readonly { readonly upToMs: number | null; readonly count: number }[]
}

export function describeHistogram(counts: Counts): Histogram {
  const count = counts.reduce((sum, each) => sum + each, 0)
  const quantile = (part: number) => (count === 0 ? null : findQuantile(counts, part * count))
  return {
    count,
    p50Ms: quantile(0.5),
    p90Ms: quantile(0.9),
    p99Ms: quantile(0.99),
    buckets: counts.map((each, index) => ({ upToMs: BOUNDS[index] ?? null, count: each })),
  }
}

/** Where the so-manieth is, if those of a bucket stand at even distances. */
function findQuantile(counts: Counts, rank: number): number {
  let before = 0
  for (const [index, count] of counts.entries()) {
    if (count > 0 && before + count >= rank) {
      const from = BOUNDS[index - 1] ?? 0
      const to = BOUNDS[index] ?? from
      return Math.round((from + ((to - from) * (rank - before)) / count) * 100) / 100
    }
    before += count
  }
  return BOUNDS.at(-1) ?? 0
}
