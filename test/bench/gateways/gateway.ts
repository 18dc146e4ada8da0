import type { RunningProgram } from '../stage/pinned-process.ts'
import type { Stage } from '../stage/stage.ts'

/** What a gateway is started with beside the stage. */
export interface GatewayOptions {
  readonly port: number
  /** Cores that it may run on, as taskset writes them. */
  readonly cores: string
  /** Worker processes, or threads where it has those. Default: 1. */
  readonly workers?: number
}

/** One of those that are compared. */
export interface Gateway {
  readonly name: string
  start(stage: Stage, options: GatewayOptions): Promise<RunningProgram>
}
