import type { LabelValues, MetricValueWithName } from 'prom-client'
import { countInBucket, emptyBuckets } from '../buckets.js'

/** What a series of a histogram has counted. */
export interface HistogramValues {
  readonly bounds: readonly number[]
  /** Each with what it alone holds. */
  readonly counts: number[]
  sum: number
}

/** @param bounds ascending */
export const createValues = (bounds: readonly number[]): HistogramValues => ({
  bounds,
  counts: emptyBuckets(bounds),
  sum: 0,
})

export function addValue(values: HistogramValues, value: number): void {
  countInBucket(values.counts, values.bounds, value)
  values.sum += value
}

/**
 * The series of a histogram as prom-client tells them: each bucket with all that are below it.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#histograms-and-summaries
 */
export function describeValues(
  name: string,
  labels: LabelValues<string>,
  { bounds, counts, sum }: HistogramValues,
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
