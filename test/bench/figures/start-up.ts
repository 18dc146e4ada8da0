import { runAb } from '../drive/ab.ts'
import type { Gateway } from '../gateways/gateway.ts'
import { startContender } from '../stage/contenders.ts'
import { memoryOf } from '../stage/process-tree.ts'
import { type StageOptions, setStage } from '../stage/stage.ts'
import { type Figure, rowOf } from './figure.ts'

/** From the start of the process to its first answer, and its memory after that. */
export async function measureStartUp(
  options: StageOptions,
  gateways: readonly Gateway[],
  rounds: number,
): Promise<readonly Figure[]> {
  const times = new Map<string, number[]>(gateways.map(({ name }) => [name, []]))
  const sizes = new Map<string, number[]>(gateways.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const gateway of gateways) {
      const stage = await setStage(options)
      try {
        const start = performance.now()
        const { name, running } = await startContender(stage, gateway)
        await runAb(stage, running.port, { requests: 1, concurrency: 1, isKept: false })
        times.get(name)?.push(performance.now() - start)
        sizes.get(name)?.push(memoryOf(running.pid) / 1e6)
      } finally {
        await stage.close()
      }
    }
  }
  const rows = (values: Map<string, number[]>) =>
    [...values].map(([name, list]) => rowOf(name, list))
  return [
    { id: 'start', title: 'Start-up to the first answer', unit: 'ms', rows: rows(times) },
    { id: 'rest', title: 'Memory at rest, after one request', unit: 'MB', rows: rows(sizes) },
  ]
}
