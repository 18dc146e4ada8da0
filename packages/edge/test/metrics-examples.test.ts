import { readFile } from 'node:fs/promises'
import t from 'tap'
import { parse } from 'yaml'

const read = (path: string): Promise<string> =>
  readFile(new URL(`../../../${path}`, import.meta.url), 'utf8')

const page = await read('docs/metrics.md')
const dashboard: unknown = JSON.parse(await read('examples/grafana/mtls-edge.json'))
const alerts: unknown = parse(await read('examples/prometheus/alerts.yaml'))

const ROW = /^\| `(?<name>mtls_edge_\w+)` \| (?<type>\w+) \| (?<labels>[^|]*)\|/gm

/** What Prometheus adds to each series, and what a histogram's buckets have. */
const ADDED = ['instance', 'job']

/** By the name of each series: a histogram has three. What the page says is what /metrics has: another test holds that. */
const metrics = new Map<string, readonly string[]>()
for (const { groups } of page.matchAll(ROW)) {
  const labels = [...(groups?.labels?.match(/\w+/g) ?? []), ...ADDED]
  const name = groups?.name ?? ''
  if (groups?.type !== 'histogram') metrics.set(name, labels)
  else
    for (const part of ['bucket', 'sum', 'count']) metrics.set(`${name}_${part}`, [...labels, 'le'])
}
for (const name of [
  'nodejs_eventloop_lag_p99_seconds',
  'process_resident_memory_bytes',
  'process_cpu_seconds_total',
])
  metrics.set(name, [...ADDED, 'worker'])

/** A metric with the labels that it is picked by. */
const PICKED = /\b(?<name>(?:mtls_edge|nodejs|process)_\w+)(?:\{(?<labels>[^}]*)\})?/g
const GROUPED = /\b(?:by|label_values)\b[^(]*\((?<labels>[\w, ]+)\)/g
const NOT_A_NAME = /"(?:[^"\\]|\\.)*"/g

/** Everything that an expression names and that there is not. */
function unknownIn(expr: string): readonly string[] {
  const problems: string[] = []
  const allowed = new Set<string>()
  for (const { groups } of expr.matchAll(PICKED)) {
    const labels = metrics.get(groups?.name ?? '')
    if (labels === undefined) problems.push(`metric ${groups?.name}`)
    for (const label of labels ?? []) allowed.add(label)
    const picked = groups?.labels?.replace(NOT_A_NAME, '').match(/\w+/g) ?? []
    problems.push(
      ...picked
        .filter((label) => labels?.includes(label) === false)
        .map((label) => `label ${label}`),
    )
  }
  for (const { groups } of expr.matchAll(GROUPED)) {
    const grouped = groups?.labels?.match(/\w+/g) ?? []
    problems.push(
      ...grouped
        .filter((label) => !allowed.has(label) && !metrics.has(label))
        .map((label) => `by ${label}`),
    )
  }
  return problems
}

/** Every string under this key, wherever it is. */
function textsOf(value: unknown, key: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === key && typeof inner === 'string' ? [inner] : textsOf(inner, key),
  )
}

t.test('the check itself finds what is not there', async (t) => {
  t.same(unknownIn('rate(mtls_edge_request_total[5m])'), ['metric mtls_edge_request_total'])
  t.same(unknownIn('mtls_edge_requests_total{state="a"}'), ['label state'])
  t.same(unknownIn('sum by (thumbprint) (mtls_edge_requests_total)'), ['by thumbprint'])
  t.same(unknownIn('sum by (status) (mtls_edge_requests_total{job="$job"})'), [])
})

t.test(
  'every expression of dashboard and alerts names metrics and labels that there are',
  async (t) => {
    const queries = textsOf(dashboard, 'query').filter((query) => query.includes('label_values'))
    const exprs = [...textsOf(dashboard, 'expr'), ...textsOf(alerts, 'expr'), ...queries]
    t.ok(exprs.length > 40, 'they are found at all')
    for (const expr of exprs) t.same(unknownIn(expr), [], expr)
    for (const template of [...textsOf(dashboard, 'legendFormat'), ...textsOf(alerts, 'summary')]) {
      const labels = [...template.matchAll(/\{\{ *(?:\$labels\.)?(\w+) *\}\}/g)].map(
        ([, label]) => label,
      )
      const known = new Set([...metrics.values()].flat())
      for (const label of labels) t.ok(known.has(label ?? ''), template)
    }
  },
)
