import { Histogram, Registry } from 'prom-client'
import t from 'tap'
import {
  createDomainHistogram,
  createGatheredCounter,
  createGatheredHistogram,
} from '../dist/telemetry/metrics/gathered.js'
import { createMetricSet } from '../dist/telemetry/metrics/metric-set.js'

const buckets = [0.001, 0.01, 0.5]
const help = 'How long it took.'
/** On bounds, between them, below and beyond all of them. */
const VALUES = [0, 0.001, 0.0010001, 0.2, 0.01, 0.5, 3, 0.4999, 1000]

t.test('a histogram is told as prom-client tells one of the same values', async (t) => {
  const set = createMetricSet()
  const observe = createDomainHistogram(set, { name: 'ours_seconds', help, buckets })
  const registry = new Registry()
  const theirs = new Histogram({
    name: 'ours_seconds',
    help,
    buckets,
    labelNames: ['domain'],
    registers: [registry],
  })
  t.same(await createMetricSet().take(), [], 'a set without metrics is empty')
  for (const round of [1, 2]) {
    for (const domain of ['a.example', 'b.example']) {
      for (const value of VALUES.slice(domain === 'a.example' ? 0 : 4)) {
        observe(domain, value)
        theirs.observe({ domain }, value)
      }
    }
    const expected = await registry.getMetricsAsJSON()
    t.same(withoutExemplars(await set.take()), withoutExemplars(expected), `reading ${round}`)
  }
})

t.test('one without labels is there before anything was observed', async (t) => {
  const set = createMetricSet()
  createGatheredHistogram(set, { name: 'ours_seconds', help, buckets }).of({})
  const registry = new Registry()
  new Histogram({ name: 'ours_seconds', help, buckets, registers: [registry] })
  t.same(withoutExemplars(await set.take()), withoutExemplars(await registry.getMetricsAsJSON()))
})

t.test('what was counted before the first reading is in it, and each count once', async (t) => {
  const set = createMetricSet()
  const count = createGatheredCounter(set, { name: 'ours_total', help, labelNames: ['status'] })
  const readValues = async () => (await set.take()).flatMap(({ values }) => values)
  for (const status of [200, 401, 200]) count({ status })
  const [first, second] = await Promise.all([readValues(), readValues()])
  t.match(first, [
    { labels: { status: 200 }, value: 2 },
    { labels: { status: 401 }, value: 1 },
  ])
  t.same(second, first)
  count({ status: 401 })
  t.match(await readValues(), [{ value: 2 }, { labels: { status: 401 }, value: 2 }])
  t.throws(() => set.define(() => {}), 'nothing that nobody would ever read')
})

/** What prom-client has of each bucket where it keeps examples, and `undefined` where not. */
const withoutExemplars = (metrics: Awaited<ReturnType<Registry['getMetricsAsJSON']>>) =>
  JSON.parse(JSON.stringify(metrics, (key, value) => (key === 'exemplar' ? undefined : value)))
