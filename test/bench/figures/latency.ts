import { runAb } from '../drive/ab.ts'
import { runClient } from '../drive/run-client.ts'
import type { Contender } from '../stage/contenders.ts'
import type { Stage } from '../stage/stage.ts'
import { type Figure, rowOf } from './figure.ts'
import type { Plan } from './plan.ts'

/** A client of ours does not keep up with more: beyond it the figure would be its own. */
const HIGHEST_RATE = 2_000
const CONNECTIONS = 32

/** What is read off each round, by id: what share of the requests was answered by then. */
const QUANTILES = [
  ['p50', 0.5],
  ['p99', 0.99],
  ['p99.9', 0.999],
  ['highest', 1],
] as const

/** The rate that each of them reaches on kept connections, and how long answers take at half of it. */
export async function measureLatency(
  stage: Stage,
  contenders: readonly Contender[],
  plan: Plan,
): Promise<readonly Figure[]> {
  const valuesOf = createTable(['rate', ...QUANTILES.map(([id]) => id)], contenders)
  for (let round = 0; round < plan.latencyRounds; round++) {
    for (const { name, running } of contenders) {
      const load = { requests: plan.keptRequests, concurrency: CONNECTIONS, isKept: true }
      const { requestsPerSecond } = await runAb(stage, running.port, load)
      valuesOf('rate', name).push(requestsPerSecond)
      const { latencies } = await runClient(stage, {
        mode: 'rate',
        port: running.port,
        connections: CONNECTIONS,
        rate: Math.min(HIGHEST_RATE, requestsPerSecond / 2),
        seconds: plan.latencySeconds,
      })
      const sorted = [...latencies].sort((a, b) => a - b)
      for (const [id, share] of QUANTILES) {
        const at = Math.min(sorted.length - 1, Math.floor(sorted.length * share))
        valuesOf(id, name).push(sorted[at] ?? Number.NaN)
      }
    }
  }
  const rows = (id: string) => contenders.map(({ name }) => rowOf(name, valuesOf(id, name)))
  const rate = { id: 'rate', title: 'Requests a second on kept connections, one core', unit: '1/s' }
  return [
    { ...rate, rows: rows('rate') },
    ...QUANTILES.map(([id]) => ({
      id: id.replace('.', '-'),
      title: `${id} at half of that rate (at most 2,000 1/s), rounds of ${plan.latencySeconds} s`,
      unit: 'ms',
      rows: rows(id),
    })),
  ]
}

/** A list for each id and contender. */
function createTable(
  ids: readonly string[],
  contenders: readonly Contender[],
): (id: string, name: string) => number[] {
  const lists = new Map<string, number[]>()
  const keyOf = (id: string, name: string): string => `${id}: ${name}`
  for (const id of ids) for (const { name } of contenders) lists.set(keyOf(id, name), [])
  return (id, name) => {
    const list = lists.get(keyOf(id, name))
    if (list === undefined) throw new Error(`nothing is measured as ${keyOf(id, name)}`)
    return list
  }
}
