import { runAb } from '../drive/ab.ts'
import type { Gateway, GatewayOptions } from '../gateways/gateway.ts'
import { findFreePort } from './free-port.ts'
import { CORES, type RunningProgram } from './pinned-process.ts'
import { type Stage, type StageOptions, setStage } from './stage.ts'

/** A gateway that runs, warmed up. */
export interface Contender {
  readonly name: string
  readonly running: RunningProgram
}

/**
 * Requests before anything is measured, on kept connections and on new ones: a gateway runs for days, so what is compiled as it goes
 * has been by then. With 20,000 and 2,500, one kind after the other, Node's were still on their way: for some rounds they showed a
 * fifth more than later.
 */
const WARM_UP: WarmUp = { kept: 36_000, new: 3_000 }
/** In which the two kinds take turns, as when they are measured: what was compiled for one alone is compiled again for the other. */
const TURNS = 6

export interface WarmUp {
  readonly kept: number
  readonly new: number
}

/** Starts one gateway, on the core that is there for gateways where `cores` says no other. */
export async function startContender(
  stage: Stage,
  gateway: Gateway,
  options: Partial<GatewayOptions> = {},
): Promise<Contender> {
  const port = await findFreePort()
  const running = await gateway.start(stage, { port, cores: String(CORES.gateway), ...options })
  stage.onClose(() => running.stop())
  return { name: gateway.name, running }
}

/**
 * Runs something on a stage of its own with all these gateways started and warmed up, and ends them all.
 *
 * @param warming default: all that is done here
 */
export async function withContenders<Result>(
  options: StageOptions,
  gateways: readonly Gateway[],
  run: (stage: Stage, contenders: readonly Contender[]) => Promise<Result>,
  warming: WarmUp = WARM_UP,
): Promise<Result> {
  const stage = await setStage(options)
  try {
    const contenders: Contender[] = []
    for (const gateway of gateways) contenders.push(await startContender(stage, gateway))
    for (const contender of contenders) await warmUp(stage, contender, warming)
    return await run(stage, contenders)
  } finally {
    await stage.close()
  }
}

/** Lets a gateway do for a while what it is measured by. */
export async function warmUp(
  stage: Stage,
  { running: { port } }: Contender,
  warming: WarmUp = WARM_UP,
): Promise<void> {
  const load = async (count: number, isKept: boolean): Promise<void> => {
    const requests = Math.ceil(count / TURNS)
    if (requests === 0) return
    await runAb(stage, port, { requests, concurrency: Math.min(16, requests), isKept })
  }
  for (let turn = 0; turn < TURNS; turn++) {
    await load(warming.kept, true)
    await load(warming.new, false)
  }
}
