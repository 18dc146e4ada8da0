import type { CounterConfiguration, HistogramConfiguration, LabelValues } from 'prom-client'
import { addValue, createValues, describeValues, type HistogramValues } from './histogram-values.js'
import type { MetricSet } from './metric-set.js'

type Named<Label extends string> = { readonly labelNames: readonly Label[] }
/** All labels, always: a series that lacks one would be another series. */
type Labels<Label extends string> = Readonly<Record<Label, string | number>>

/** A counter that is counted here, and told to prom-client when it is read. Returns what adds one. */
export function createGatheredCounter<Label extends string>(
  set: MetricSet,
  configuration: Omit<CounterConfiguration<Label>, 'collect' | 'registers'> & Named<Label>,
): (labels: Labels<Label>) => void {
  const { labelNames } = configuration
  const series = new Map<string, { readonly labels: Labels<Label>; waiting: number }>()
  set.define(({ Counter }, registers) => {
    new Counter<Label>({
      ...configuration,
      registers,
      collect() {
        for (const one of series.values()) {
          if (one.waiting > 0) this.inc(one.labels satisfies LabelValues<Label>, one.waiting)
          one.waiting = 0
        }
      },
    })
  })
  return (labels) => {
    let key = ''
    for (const name of labelNames) key += `${labels[name]}\n`
    const known = series.get(key)
    if (known === undefined) series.set(key, { labels, waiting: 1 })
    else known.waiting += 1
  }
}

/**
 * A histogram that is counted here, bucket by bucket, and told as prom-client would tell it: that takes single values alone, and is
 * not there before it is read. `of` makes what adds one to a set of labels, once for each.
 */
export function createGatheredHistogram<Label extends string>(
  set: MetricSet,
  configuration: Omit<HistogramConfiguration<Label>, 'collect' | 'registers'> & {
    readonly buckets: readonly number[]
  },
): { readonly of: (labels: LabelValues<Label>) => (value: number) => void } {
  const { name, buckets } = configuration
  const series: { readonly labels: LabelValues<Label>; readonly counted: HistogramValues }[] = []
  set.define(({ Histogram }, registers) => {
    const histogram = new Histogram<string>({ ...configuration, buckets: [...buckets], registers })
    const describe = histogram.get.bind(histogram)
    histogram.get = async () => ({
      ...(await describe()),
      values: series.flatMap(({ labels, counted }) => describeValues(name, labels, counted)),
    })
  })
  return {
    of(labels) {
      const counted = createValues(buckets)
      series.push({ labels, counted })
      return (value) => addValue(counted, value)
    },
  }
}

/** The same by domain: with every domain that there was. Returns what adds one. */
export function createDomainHistogram(
  set: MetricSet,
  configuration: Omit<Parameters<typeof createGatheredHistogram<'domain'>>[1], 'labelNames'>,
): (domain: string, value: number) => void {
  const histogram = createGatheredHistogram(set, { ...configuration, labelNames: ['domain'] })
  const byDomain = new Map<string, (value: number) => void>()
  return (domain, value) => {
    let observe = byDomain.get(domain)
    if (observe === undefined) {
      observe = histogram.of({ domain })
      byDomain.set(domain, observe)
    }
    observe(value)
  }
}
