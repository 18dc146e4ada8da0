import { runAb } from '../drive/ab.ts'
import { runClient } from '../drive/run-client.ts'
import type { Contender } from '../stage/contenders.ts'
import type { Stage } from '../stage/stage.ts'
import { type Figure, rowOf } from './figure.ts'
import type { Plan } from './plan.ts'

/** A client of ours does not keep up with more: beyond it the figure would be its own. */
const HIGHEST_RATE = 2_000
const CONNECTIONS = 32
const MOST_ROUNDS = 5

/** p50 and p99 at half of the rate that each of them reaches on kept connections, and that rate. */
export async function measureLatency(
  stage: Stage,
  contenders: readonly Contender[],
  plan: Plan,
): Promise<readonly Figure[]> {
  const rates = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  const medians = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  const tails = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < Math.min(plan.rounds, MOST_ROUNDS); round++) {
    for (const { name, running } of contenders) {
      const load = { requests: plan.keptRequests, concurrency: CONNECTIONS, isKept: true }
      const { requestsPerSecond } = await runAb(stage, running.port, load)
      const { latencies } = await runClient(stage, {
        mode: 'rate',
        port: running.port,
        connections: CONNECTIONS,
        rate: Math.min(HIGHEST_RATE, requestsPerSecond / 2),
        seconds: plan.latencySeconds,
      })
      const sorted = [...latencies].sort((a, b) => a - b)
      rates.get(name)?.push(requestsPerSecond)
      medians.get(name)?.push(sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN)
      tails.get(name)?.push(sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN)
    }
  }
  const rows = (values: Map<string, number[]>) =>
    [...values].map(([name, list]) => rowOf(name, list))
  return [
    {
      id: 'rate',
      title: 'Requests a second on kept connections, one core',
      unit: '1/s',
      rows: rows(rates),
    },
    {
      id: 'p50',
      title: 'p50 at half of that rate (at most 2,000 1/s)',
      unit: 'ms',
      rows: rows(medians),
    },
    {
      id: 'p99',
      title: 'p99 at half of that rate (at most 2,000 1/s)',
      unit: 'ms',
      rows: rows(tails),
    },
  ]
}
