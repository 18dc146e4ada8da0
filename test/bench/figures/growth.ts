import { runAb } from '../drive/ab.ts'
import { type Growth, grownEdge } from '../gateways/grown-edge.ts'
import { type Contender, startContender, warmUp } from '../stage/contenders.ts'
import { cpuTimeOfEach, memoryOf } from '../stage/process-tree.ts'
import { type Stage, type StageOptions, setStage } from '../stage/stage.ts'
import { type Figure, measureInTurn, rowOf } from './figure.ts'
import type { Plan } from './plan.ts'

const CONCURRENCY = 16

/**
 * How a kept request's CPU time and the memory grow with something that the edge knows much of. One edge of each size runs, and they
 * take turns.
 */
export async function measureGrowth(
  options: StageOptions,
  growth: Growth,
  sizes: readonly number[],
  plan: Plan,
): Promise<readonly Figure[]> {
  const stages = new Map<Contender, Stage>()
  try {
    for (const size of sizes) {
      const stage = await setStage(options)
      const started = await startContender(stage, grownEdge(growth, size))
      const contender = { ...started, name: size.toLocaleString('en') }
      stages.set(contender, stage)
    }
    // All of them together: to fill a registry takes minutes, in which what the others had compiled is thrown away.
    for (const [contender, stage] of stages) await warmUp(stage, contender)
    const load = { requests: plan.keptRequests, concurrency: CONCURRENCY, isKept: true }
    const cpu = await measureInTurn([...stages.keys()], plan.rounds, (contender) =>
      cpuTimeOfEach(contender.running, load.requests, async () => {
        const stage = stages.get(contender)
        if (stage !== undefined) await runAb(stage, contender.running.port, load)
      }),
    )
    const memory = [...stages.keys()].map(({ name, running }) =>
      rowOf(name, [memoryOf(running.pid) / 1e6]),
    )
    const by = WORDS[growth]
    return [
      {
        id: `${growth}-cpu`,
        title: `CPU time of a kept request by number of ${by}`,
        unit: 'us',
        rows: cpu,
      },
      { id: `${growth}-memory`, title: `Memory by number of ${by}`, unit: 'MB', rows: memory },
    ]
  } finally {
    for (const stage of stages.values()) await stage.close()
  }
}

const WORDS = {
  certificates: 'registered certificates',
  domains: 'domains',
  crl: 'entries in the CRL',
} satisfies Record<Growth, string>
