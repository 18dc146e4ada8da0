import { runAb } from '../drive/ab.ts'
import type { Gateway } from '../gateways/gateway.ts'
import { type Contender, startContender, type WarmUp, warmUp } from '../stage/contenders.ts'
import { shareOfCore } from '../stage/core-use.ts'
import { createQuota, findQuotaObstacle } from '../stage/cpu-quota.ts'
import { CORES } from '../stage/pinned-process.ts'
import { cpuTimeOfProcess, processTree } from '../stage/process-tree.ts'
import { type Stage, type StageOptions, setStage } from '../stage/stage.ts'
import { type Figure, rowOf } from './figure.ts'
import type { Plan } from './plan.ts'

/**
 * What each worker gets of a core. Two of them leave half of it to their primary, and what they serve together takes well under a
 * core of driver and upstream: so nothing but their own quota bounds them, as if each had a core of its own.
 */
const SHARE = 0.25
/** So many at a time that each worker has its queue, however the system spreads connections over them. */
const CONCURRENCY_A_WORKER = 32
/** For each worker: what is compiled under a quota takes four times as long, and would be measured. */
const WARM_UP: WarmUp = { kept: 20_000, new: 2_500 }
/** Where no kept requests are measured. */
const WARM_UP_NEW: WarmUp = { kept: 1_000, new: 2_000 }
/** Rounds end by time: two gateways side by side begin and end together. */
const ENDLESS = 1_000_000

const KINDS = { new: 'New connections', kept: 'Requests on kept connections' }
type Kind = Plan['workersDo'][number]

/** Two workers: of one gateway, or of two that know nothing of each other. */
interface Pair {
  readonly name: string
  readonly gateways: readonly Contender[]
  readonly workers: readonly number[]
}

/** What a round saw. */
interface Round {
  /** How much a second a gateway did; of two gateways, their mean. */
  readonly rate: number
  /** The share that the workers used of their quota. */
  readonly ofQuota: number
  /** The share of a core that their primary used. */
  readonly ofPrimary: number
  /** The share in use of the core of driver and upstream. */
  readonly ofOthers: number
}

/**
 * What two workers of one gateway reach beside one, where each has a quarter of a core and everybody else has enough. The one has a
 * neighbour, a gateway like it that does the same at the same time: alone, a worker comes back to caches that have gone cold
 * while its quota was used up, and two seem to do more than twice as much.
 */
export async function measureWorkers(
  options: StageOptions,
  gateways: readonly Gateway[],
  plan: Plan,
): Promise<readonly Figure[]> {
  const obstacle = await findQuotaObstacle()
  if (obstacle !== null) {
    console.log(`Workers are not measured: no group of processes can be bounded (${obstacle})\n`)
    return []
  }
  const removals: (() => Promise<void>)[] = []
  const stage = await setStage(options)
  try {
    const pairs: Pair[] = []
    const warming = plan.workersDo.includes('kept') ? WARM_UP : WARM_UP_NEW
    for (const gateway of gateways) {
      pairs.push(await startPair(stage, gateway, 1, warming))
      pairs.push(await startPair(stage, gateway, 2, warming))
    }
    for (const pid of pairs.flatMap(({ workers }) => workers)) {
      const quota = createQuota(SHARE)
      removals.push(quota.remove)
      quota.add(pid)
    }
    const figures: Figure[] = []
    for (const kind of plan.workersDo) {
      const rounds = pairs.map((): Round[] => [])
      for (let round = 0; round < plan.rounds; round++) {
        for (const [index, pair] of pairs.entries())
          rounds[index]?.push(await runRound(stage, pair, kind, plan.workersSeconds))
      }
      figures.push(...describe(kind, pairs, rounds))
    }
    return figures
  } finally {
    await stage.close()
    for (const remove of removals) await remove()
  }
}

async function startPair(
  stage: Stage,
  gateway: Gateway,
  workers: 1 | 2,
  warming: WarmUp,
): Promise<Pair> {
  const name = `${gateway.name}, ${workers === 1 ? '1 worker' : '2 workers'}`
  const gateways: Contender[] = []
  const team: number[] = []
  while (team.length < 2) {
    const contender = await startContender(stage, gateway, { workers })
    // By then all of them have started.
    for (let times = 0; times < workers; times++) await warmUp(stage, contender, warming)
    const [first = 0, ...others] = processTree(contender.running.pid)
    const found = others.length === 0 ? [first] : others
    if (found.length !== workers) throw new Error(`${name}: ${found.length} are there`)
    gateways.push(contender)
    team.push(...found)
  }
  return { name, gateways, workers: team }
}

async function runRound(
  stage: Stage,
  { gateways, workers }: Pair,
  kind: Kind,
  seconds: number,
): Promise<Round> {
  const load = {
    requests: ENDLESS,
    seconds,
    concurrency: CONCURRENCY_A_WORKER,
    isKept: kind === 'kept',
  }
  // Always two drivers: one that drives twice as much has other turns, and so has what it drives.
  const driven = gateways.length === 2 ? gateways : [...gateways, ...gateways]
  const primaries = gateways
    .map(({ running: { pid } }) => pid)
    .filter((pid) => !workers.includes(pid))
  const cpuTime = (pids: readonly number[]): number =>
    pids.reduce((sum, pid) => sum + cpuTimeOfProcess(pid), 0)
  let rates: readonly number[] = []
  const [start, workersBefore, primariesBefore] = [
    performance.now(),
    cpuTime(workers),
    cpuTime(primaries),
  ]
  const ofOthers = await shareOfCore(CORES.rest, async () => {
    const results = await Promise.all(driven.map(({ running }) => runAb(stage, running.port, load)))
    rates = results.map(({ requestsPerSecond }) => requestsPerSecond)
  })
  const microseconds = (performance.now() - start) * 1000
  return {
    rate: rates.reduce((sum, rate) => sum + rate, 0) / gateways.length,
    ofQuota: (cpuTime(workers) - workersBefore) / (microseconds * SHARE * workers.length),
    ofPrimary: (cpuTime(primaries) - primariesBefore) / microseconds,
    ofOthers,
  }
}

function describe(
  kind: Kind,
  pairs: readonly Pair[],
  rounds: readonly (readonly Round[])[],
): readonly Figure[] {
  const each = `each with ${SHARE * 100} % of a core`
  const rowsOf = (words: string, read: (round: Round) => number) =>
    pairs.map(({ name }, index) => rowOf(`${name}${words}`, (rounds[index] ?? []).map(read)))
  const ratios = pairs.flatMap(({ name }, index) => {
    const [one, two] = [rounds[index - 1], rounds[index]]
    if (index % 2 === 0 || one === undefined || two === undefined) return []
    return [
      rowOf(
        `${name} over 1`,
        two.map(({ rate }, at) => rate / (one[at]?.rate ?? Number.NaN)),
      ),
    ]
  })
  return [
    {
      id: `workers-${kind}`,
      title: `${KINDS[kind]} a second, ${each}`,
      unit: '1/s',
      rows: rowsOf('', ({ rate }) => rate),
    },
    {
      id: `workers-${kind}-ratio`,
      title: `${KINDS[kind]} a second, two workers over one, ${each}`,
      unit: 'times',
      areCompared: false,
      rows: ratios,
    },
    {
      id: `workers-${kind}-use`,
      title: `${KINDS[kind]} by workers: what was in use`,
      unit: 'share',
      areCompared: false,
      rows: [
        ...rowsOf(': their quota', ({ ofQuota }) => ofQuota),
        ...rowsOf(": the primary's core", ({ ofPrimary }) => ofPrimary),
        ...rowsOf(': the core of driver and upstream', ({ ofOthers }) => ofOthers),
      ],
    },
  ]
}
