import { runAb } from '../drive/ab.ts'
import { edge } from '../gateways/edge.ts'
import type { Gateway } from '../gateways/gateway.ts'
import { type Growth, grownEdge } from '../gateways/grown-edge.ts'
import { nginx } from '../gateways/nginx.ts'
import { byHandStreams } from '../gateways/node-gateway.ts'
import { type Contender, startContender, warmUp, withContenders } from '../stage/contenders.ts'
import { cpuTimeOfEach, memoryOf } from '../stage/process-tree.ts'
import { type Stage, type StageOptions, setStage } from '../stage/stage.ts'
import { type Figure, measureInTurn, rowOf } from './figure.ts'
import type { Plan } from './plan.ts'

const CONCURRENCY = 16
/** Before anything of a size is measured, in rounds: large answers take too long for more. */
const WARM_UP_ROUNDS = 5

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

/** CPU time of a kept request by the size of the answer. */
export async function measureBodies(
  options: StageOptions,
  sizes: readonly number[],
  plan: Plan,
): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  const gateways: readonly Gateway[] = [edge, nginx, byHandStreams]
  for (const answerBytes of sizes) {
    const requests = Math.max(200, Math.round(plan.keptRequests / (1 + answerBytes / 16_000)))
    const load = { requests, concurrency: CONCURRENCY, isKept: true }
    const rows = await withContenders(
      { ...options, answerBytes },
      gateways,
      (stage, contenders) =>
        measureInTurn(contenders, plan.rounds, ({ running }) =>
          cpuTimeOfEach(running, requests, () => runAb(stage, running.port, load)),
        ),
      { kept: requests * WARM_UP_ROUNDS, new: 16 },
    )
    const kilobytes = Math.round(answerBytes / 1024)
    const title = `CPU time of a kept request, answer of ${kilobytes} kB`
    figures.push({ id: `body-${kilobytes}k`, title, unit: 'us', rows })
  }
  return figures
}
