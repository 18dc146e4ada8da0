/** What stood at `/metrics`, read. */
export interface MetricsPage {
  /** Value of the one series with these labels; fails where there is none or several. */
  value(name: string, labels?: Labels): number
  /** All series of a metric; a histogram's have the names of its parts. */
  series(name: string): readonly Series[]
  /** By name as in `# TYPE`. */
  readonly types: ReadonlyMap<string, string>
  readonly all: readonly Series[]
}

export interface Series {
  readonly name: string
  readonly labels: Labels
  readonly value: number
}

type Labels = Readonly<Record<string, string>>

const SERIES = /^(?<name>[a-z_][a-z0-9_]*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/
const LABEL = /(?<key>[a-z_]+)="(?<text>(?:[^"\\]|\\.)*)"/g

/** Asks for the metrics, and reads the format strictly. */
export async function readMetricsPage(healthPort: number): Promise<MetricsPage> {
  const response = await fetch(`http://127.0.0.1:${healthPort}/metrics`)
  if (response.status !== 200) throw new Error(`/metrics answers ${response.status}`)
  return parseMetrics(await response.text())
}

export function parseMetrics(text: string): MetricsPage {
  const types = new Map<string, string>()
  const all: Series[] = []
  for (const line of text.split('\n')) {
    const [, , name = '', type = ''] = line.split(' ')
    if (line.startsWith('# TYPE ')) types.set(name, type)
    if (line === '' || line.startsWith('#')) continue
    const groups = SERIES.exec(line)?.groups
    if (groups?.name === undefined) throw new Error(`not a series: ${line}`)
    const labels = [...(groups.labels ?? '').matchAll(LABEL)].map((match): [string, string] => [
      match.groups?.key ?? '',
      match.groups?.text ?? '',
    ])
    all.push({
      name: groups.name,
      labels: Object.fromEntries(labels),
      value: Number(groups.value?.replace('+Inf', 'Infinity')),
    })
  }
  return {
    types,
    all,
    series: (wanted) => all.filter(({ name }) => name === wanted),
    value(wanted, labels = {}) {
      const found = all.filter(
        (series) =>
          series.name === wanted &&
          Object.entries(labels).every(([key, value]) => series.labels[key] === value),
      )
      const [first] = found
      if (first === undefined || found.length > 1)
        throw new Error(`${found.length} series of ${wanted} ${JSON.stringify(labels)}`)
      return first.value
    },
  }
}
