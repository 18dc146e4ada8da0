import { runAb } from '../drive/ab.ts'
import { runClient } from '../drive/run-client.ts'
import { edge } from '../gateways/edge.ts'
import type { Gateway } from '../gateways/gateway.ts'
import { nginx } from '../gateways/nginx.ts'
import { byHandStreams } from '../gateways/node-gateway.ts'
import { type Contender, withContenders } from '../stage/contenders.ts'
import { cpuTimeOfEach, memoryOf } from '../stage/process-tree.ts'
import type { StageOptions } from '../stage/stage.ts'
import { type Figure, measureInTurn, rowOf } from './figure.ts'
import type { Plan } from './plan.ts'

const GATEWAYS: readonly Gateway[] = [edge, nginx, byHandStreams]
const CONNECTIONS = 16
/** Before anything of a size is measured, in rounds: large bodies take too long for more. */
const WARM_UP_ROUNDS = 5

/** Whose body it is. */
type Side = 'answer' | 'request'

/** CPU time of a kept request by the size of its body and by that of its answer, and the memory of processes that have served these alone. */
export async function measureBodies(
  options: StageOptions,
  sizes: readonly number[],
  plan: Plan,
): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const side of ['answer', 'request'] as const) {
    for (const bytes of sizes) figures.push(...(await measureSize(options, side, bytes, plan)))
  }
  return figures
}

/** By processes of their own, whose memory no other size has made grow. */
function measureSize(
  options: StageOptions,
  side: Side,
  bytes: number,
  plan: Plan,
): Promise<readonly Figure[]> {
  const requests = Math.max(200, Math.round(plan.keptRequests / (1 + bytes / 16_000)))
  const more = side === 'answer' ? { answerBytes: bytes } : { readsBodies: true }
  return withContenders(
    { ...options, ...more },
    GATEWAYS,
    async (stage, contenders) => {
      const run = ({ running: { port } }: Contender): Promise<unknown> =>
        side === 'answer'
          ? runAb(stage, port, { requests, concurrency: CONNECTIONS, isKept: true })
          : runClient(stage, { mode: 'bodies', port, connections: CONNECTIONS, requests, bytes })
      for (const contender of contenders) {
        for (let round = 0; round < WARM_UP_ROUNDS; round++) await run(contender)
      }
      const cpu = await measureInTurn(contenders, plan.rounds, (contender) =>
        cpuTimeOfEach(contender.running, requests, () => run(contender)),
      )
      const memory = contenders.map(({ name, running }) =>
        rowOf(name, [memoryOf(running.pid) / 1e6]),
      )
      const what = `${side} of ${Math.round(bytes / 1024)} kB`
      const id = `${side}-${Math.round(bytes / 1024)}k`
      return [
        { id, title: `CPU time of a kept request, ${what}`, unit: 'us', rows: cpu },
        { id: `${id}-memory`, title: `Memory after these, ${what}`, unit: 'MB', rows: memory },
      ]
    },
    { kept: 0, new: 0 },
  )
}
