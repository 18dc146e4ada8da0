import {
  Counter,
  type CounterConfiguration,
  Histogram,
  type HistogramConfiguration,
  type LabelValues,
} from 'prom-client'

/**
 * Values of a histogram that wait until somebody reads it. They are handed over together, since that is what costs: one after the
 * other, where everything else that belongs to a request runs in between, each takes three times as long.
 */
const MOST_WAITING = 256

type Named<Label extends string> = { readonly labelNames: readonly Label[] }
/** All labels, always: a series that lacks one would be another series. */
type Labels<Label extends string> = Readonly<Record<Label, string | number>>

/** A counter that is counted here, and told to prom-client when it is read. Returns what adds one. */
export function createGatheredCounter<Label extends string>(
  configuration: Omit<CounterConfiguration<Label>, 'collect'> & Named<Label>,
): (labels: Labels<Label>) => void {
  const { labelNames } = configuration
  const series = new Map<string, { readonly labels: Labels<Label>; waiting: number }>()
  new Counter<Label>({
    ...configuration,
    collect() {
      for (const one of series.values()) {
        if (one.waiting > 0) this.inc(one.labels satisfies LabelValues<Label>, one.waiting)
        one.waiting = 0
      }
    },
  })
  return (labels) => {
    let key = ''
    for (const name of labelNames) key += `${labels[name]}\n`
    const known = series.get(key)
    if (known === undefined) series.set(key, { labels, waiting: 1 })
    else known.waiting += 1
  }
}

/** A histogram whose values are gathered: `of` makes what adds one to a set of labels, once for each. */
export function createGatheredHistogram<Label extends string>(
  configuration: Omit<HistogramConfiguration<Label>, 'collect'>,
): { readonly of: (labels: LabelValues<Label>) => (value: number) => void } {
  const all: (() => void)[] = []
  const histogram = new Histogram<Label>({
    ...configuration,
    collect() {
      for (const handOver of all) handOver()
    },
  })
  return {
    of(labels) {
      const waiting: number[] = []
      const handOver = (): void => {
        for (const value of waiting) histogram.observe(labels, value)
        waiting.length = 0
      }
      all.push(handOver)
      return (value) => {
        waiting.push(value)
        if (waiting.length >= MOST_WAITING) handOver()
      }
    },
  }
}

/** The same by domain: with every domain that there was. Returns what adds one. */
export function createDomainHistogram(
  configuration: Omit<HistogramConfiguration<'domain'>, 'collect' | 'labelNames'>,
): (domain: string, value: number) => void {
  const histogram = createGatheredHistogram({ ...configuration, labelNames: ['domain'] })
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
