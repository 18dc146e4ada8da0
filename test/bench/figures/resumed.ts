import { runClient } from '../drive/run-client.ts'
import type { Gateway } from '../gateways/gateway.ts'
import { type Contender, withContenders } from '../stage/contenders.ts'
import { cpuTimeOfEach } from '../stage/process-tree.ts'
import type { Stage, StageOptions } from '../stage/stage.ts'
import { type Figure, type Row, rowOf } from './figure.ts'
import type { Plan } from './plan.ts'

/** Kinds of new connections, by the ids of their figures. */
const KINDS = {
  'full-off': { mode: 'full', tickets: false, title: 'full handshake, tickets off' },
  'full-on': { mode: 'full', tickets: true, title: 'full handshake, tickets on' },
  resumed: { mode: 'resumed', tickets: true, title: 'session resumed' },
} as const
type Kind = keyof typeof KINDS
const ORDER: readonly Kind[] = ['full-off', 'full-on', 'resumed']

/** Not counted: the client's handshakes are others than those of `ab`, which has warmed up, and resumed ones have not been yet. */
const UNCOUNTED = 4
/** The code on the way of a request is the same on a kept connection. */
const WARM_UP = { kept: 18_000, new: 3_000 }
/** A share of two figures is less steady than either. */
const LEAST_ROUNDS = 5

/** What each of the gateways took for a connection of each kind, round by round. */
type Times = Map<string, Record<Kind, number[]>>

/**
 * CPU time of a new connection with one request: full handshakes with and without tickets, and resumed sessions, all of the same
 * client and in turn, and what a resumed one takes of a full one of its own. The client fails where a connection is of another kind.
 */
export function measureResumed(
  key: StageOptions['key'],
  gateways: readonly Gateway[],
  plan: Plan,
): Promise<readonly Figure[]> {
  const rounds = Math.max(LEAST_ROUNDS, plan.rounds)
  const withTickets = <Result>(
    tickets: boolean,
    run: (stage: Stage, contenders: readonly Contender[]) => Promise<Result>,
  ) => withContenders({ key, tickets }, gateways, run, WARM_UP)
  return withTickets(false, (stageOff, off) =>
    withTickets(true, async (stageOn, on) => {
      const times: Times = new Map(
        gateways.map(({ name }) => [name, { 'full-off': [], 'full-on': [], resumed: [] }]),
      )
      for (let round = -UNCOUNTED; round < rounds; round++) {
        for (const { name } of gateways) {
          for (const kind of ORDER) {
            const [stage, contenders] = KINDS[kind].tickets ? [stageOn, on] : [stageOff, off]
            const time = await connect(stage, contenders, name, kind, plan.newConnections)
            if (round >= 0) times.get(name)?.[kind].push(time)
          }
        }
      }
      return describe(times)
    }),
  )
}

function connect(
  stage: Stage,
  contenders: readonly Contender[],
  name: string,
  kind: Kind,
  connections: number,
): Promise<number> {
  const running = contenders.find((contender) => contender.name === name)?.running
  if (running === undefined) throw new Error(`${name} does not run`)
  const task = { mode: KINDS[kind].mode, port: running.port, connections }
  return cpuTimeOfEach(running, connections, () => runClient(stage, task))
}

function describe(times: Times): readonly Figure[] {
  const rows = (valuesOf: (of: Record<Kind, number[]>) => readonly number[]): readonly Row[] =>
    [...times].map(([name, of]) => rowOf(name, valuesOf(of)))
  const figures = ORDER.map((kind) => ({
    id: kind,
    title: `CPU time of a new connection with one request, ${KINDS[kind].title} (one client)`,
    unit: 'us',
    rows: rows((of) => of[kind]),
  }))
  const shares = (['full-on', 'full-off'] as const).map((base) => ({
    id: `resumed-of-${base}`,
    title: `Resumed, as a share of its own ${KINDS[base].title}`,
    unit: 'share',
    areCompared: false,
    // Within a round, so that what troubles the machine troubles both.
    rows: rows((of) => of.resumed.map((time, round) => time / (of[base][round] ?? Number.NaN))),
  }))
  return [...figures, ...shares]
}
