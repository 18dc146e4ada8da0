import { runAb } from '../drive/ab.ts'
import type { Contender } from '../stage/contenders.ts'
import { cpuTimeOfEach } from '../stage/process-tree.ts'
import type { Stage } from '../stage/stage.ts'
import { type Figure, measureInTurn } from './figure.ts'
import type { Plan } from './plan.ts'

/** Requests at a time. */
const CONCURRENCY = 16

/** CPU time of a request on a connection that is kept, and of a new connection with one request. */
export async function measureCpu(
  stage: Stage,
  contenders: readonly Contender[],
  { rounds, keptRequests, newConnections }: Plan,
  variant: string,
): Promise<readonly Figure[]> {
  const perRequest =
    (isKept: boolean, requests: number) =>
    ({ running }: Contender): Promise<number> =>
      cpuTimeOfEach(running, requests, () =>
        runAb(stage, running.port, { requests, concurrency: CONCURRENCY, isKept }),
      )
  // Plots are files of these names.
  const slug = variant.replaceAll(' ', '-')
  return [
    {
      id: `kept-${slug}`,
      title: `CPU time of a request on a kept connection (${variant})`,
      unit: 'us',
      rows: await measureInTurn(contenders, rounds, perRequest(true, keptRequests)),
    },
    {
      id: `new-${slug}`,
      title: `CPU time of a new connection with one request, full handshake (${variant})`,
      unit: 'us',
      rows: await measureInTurn(contenders, rounds, perRequest(false, newConnections)),
    },
  ]
}
