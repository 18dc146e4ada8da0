import { runAb } from '../drive/ab.ts'
import { edge } from '../gateways/edge.ts'
import type { Gateway } from '../gateways/gateway.ts'
import { type Growth, grownEdge } from '../gateways/grown-edge.ts'
import { nginx } from '../gateways/nginx.ts'
import { byHandStreams } from '../gateways/node-gateway.ts'
import { startContender, withContenders } from '../stage/contenders.ts'
import { cpuTimeOfEach, memoryOf } from '../stage/process-tree.ts'
import { type StageOptions, setStage } from '../stage/stage.ts'
import { type Figure, measureInTurn, rowOf } from './figure.ts'
import type { Plan } from './plan.ts'

const CONCURRENCY = 16

/** How a kept request's CPU time and the memory grow with something that the edge knows much of. */
export async function measureGrowth(
  options: StageOptions,
  growth: Growth,
  sizes: readonly number[],
  plan: Plan,
): Promise<readonly Figure[]> {
  const cpu = new Map<string, number[]>()
  const memory = new Map<string, number[]>()
  for (const size of sizes) {
    const name = size.toLocaleString('en')
    const stage = await setStage(options)
    try {
      const { running } = await startContender(stage, grownEdge(growth, size))
      const run = { requests: plan.keptRequests, concurrency: CONCURRENCY, isKept: true }
      await runAb(stage, running.port, { ...run, requests: 6_000 })
      cpu.set(name, [])
      for (let round = 0; round < plan.rounds; round++) {
        const used = await cpuTimeOfEach(running, plan.keptRequests, () =>
          runAb(stage, running.port, run),
        )
        cpu.get(name)?.push(used)
      }
      memory.set(name, [memoryOf(running.pid) / 1e6])
    } finally {
      await stage.close()
    }
  }
  const rows = (values: Map<string, number[]>) =>
    [...values].map(([name, list]) => rowOf(name, list))
  return [
    {
      id: `${growth}-cpu`,
      title: `CPU time of a kept request by number of ${WORDS[growth]}`,
      unit: 'us',
      rows: rows(cpu),
    },
    {
      id: `${growth}-memory`,
      title: `Memory by number of ${WORDS[growth]}`,
      unit: 'MB',
      rows: rows(memory),
    },
  ]
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
    const requests = Math.max(200, Math.round(plan.keptRequests / (1 + answerBytes / 50_000)))
    const load = { requests, concurrency: CONCURRENCY, isKept: true }
    const rows = await withContenders({ ...options, answerBytes }, gateways, (stage, contenders) =>
      measureInTurn(contenders, plan.rounds, ({ running }) =>
        cpuTimeOfEach(running, requests, () => runAb(stage, running.port, load)),
      ),
    )
    const kilobytes = Math.round(answerBytes / 1024)
    const title = `CPU time of a kept request, answer of ${kilobytes} kB`
    figures.push({ id: `body-${kilobytes}k`, title, unit: 'us', rows })
  }
  return figures
}
