import { runAb } from '../drive/ab.ts'
import { edge } from '../gateways/edge.ts'
import { startContender } from '../stage/contenders.ts'
import { type StageOptions, setStage } from '../stage/stage.ts'
import { type Figure, rowOf } from './figure.ts'
import type { Plan } from './plan.ts'

/**
 * New connections a second with one and with two workers, on all cores: handshakes are what a machine is bought for. Client and
 * upstream take their part of the same cores, so that two workers can't reach twice as much where there are two cores.
 */
export async function measureWorkers(options: StageOptions, plan: Plan): Promise<Figure> {
  const rates = new Map<string, number[]>([
    ['1 worker', []],
    ['2 workers', []],
  ])
  const stage = await setStage(options)
  try {
    const contenders = []
    for (const [index, name] of [...rates.keys()].entries()) {
      const workers = index + 1
      contenders.push({ ...(await startContender(stage, edge, { cores: '0-63', workers })), name })
    }
    for (let round = -1; round < plan.rounds; round++) {
      for (const { name, running } of contenders) {
        const load = { requests: plan.newConnections * 2, concurrency: 32, isKept: false }
        const { requestsPerSecond } = await runAb(stage, running.port, load)
        if (round >= 0) rates.get(name)?.push(requestsPerSecond)
      }
    }
  } finally {
    await stage.close()
  }
  const rows = [...rates].map(([name, list]) => rowOf(name, list))
  return { id: 'workers', title: 'New connections a second by workers', unit: '1/s', rows }
}
