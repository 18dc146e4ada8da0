import type { LabelValues, MetricValueWithName } from 'prom-client'

/** How many values there were up to each bound, how many beyond all bounds, and what they add up to. */
export interface BucketCounts {
  readonly bounds: readonly number[]
  /** Each with what it alone holds; the last one is for what is beyond all bounds. */
  readonly counts: number[]
  sum: number
}

/** @param bounds ascending */
export const createBuckets = (bounds: readonly number[]): BucketCounts => ({
  bounds,
  counts: [...bounds.map(() => 0), 0],
  sum: 0,
})

export function countInBucket(buckets: BucketCounts, value: number): void {
  const { bounds, counts } = buckets
  let index = 0
  while (index < bounds.length && value > (bounds[index] ?? 0)) index += 1
  counts[index] = (counts[index] ?? 0) + 1
  buckets.sum += value
}

/**
 * The series of a histogram as prom-client tells them: each bucket with all that are below it.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#histograms-and-summaries
 */
export function describeBuckets(
  name: string,
  labels: LabelValues<string>,
  { bounds, counts, sum }: BucketCounts,
): MetricValueWithName<string>[] {
  const values: MetricValueWithName<string>[] = []
  let below = 0
  for (const [index, count] of counts.entries()) {
    below += count
    const le = bounds[index] ?? '+Inf'
    values.push({ metricName: `${name}_bucket`, labels: { le, ...labels }, value: below })
  }
  values.push({ metricName: `${name}_sum`, labels, value: sum })
  values.push({ metricName: `${name}_count`, labels, value: below })
  return values
}
