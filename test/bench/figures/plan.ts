import { EXAMPLES, GATEWAYS, NEAREST_GATEWAYS } from '../gateways/all.ts'
import { edge } from '../gateways/edge.ts'
import type { Gateway } from '../gateways/gateway.ts'
import { nginx } from '../gateways/nginx.ts'

/** How much is measured, and of whom. */
export interface Plan {
  readonly name: 'quick' | 'full'
  readonly gateways: readonly Gateway[]
  readonly rounds: number
  /** Requests in a round. The handshakes before them count too: so many that these don't. */
  readonly keptRequests: number
  readonly newConnections: number
  /** Idle connections, per measurement; each measurement is of a new process. */
  readonly idle: readonly number[]
  readonly latencyOf: readonly Gateway[]
  readonly latencyRounds: number
  /** Seconds of a round at a fixed rate. */
  readonly latencySeconds: number
  readonly workersOf: readonly Gateway[]
  /** What one and two workers are measured by, and seconds of a round. */
  readonly workersDo: readonly ('new' | 'kept')[]
  readonly workersSeconds: number
  readonly startOf: readonly Gateway[]
  readonly startRounds: number
}

/** Under five minutes on a machine that does nothing else. */
export const QUICK: Plan = {
  name: 'quick',
  gateways: NEAREST_GATEWAYS,
  rounds: 3,
  keptRequests: 5_000,
  newConnections: 150,
  idle: [1_000],
  latencyOf: EXAMPLES,
  latencyRounds: 3,
  latencySeconds: 3,
  workersOf: [edge],
  workersDo: ['new'],
  workersSeconds: 3,
  startOf: [edge, nginx],
  startRounds: 3,
}

/** Some 30 minutes on such a machine. */
export const FULL: Plan = {
  name: 'full',
  gateways: GATEWAYS,
  rounds: 7,
  keptRequests: 8_000,
  newConnections: 300,
  idle: [1_000, 10_000],
  latencyOf: GATEWAYS,
  latencyRounds: 4,
  latencySeconds: 5,
  workersOf: [edge, nginx],
  workersDo: ['new', 'kept'],
  workersSeconds: 3,
  startOf: GATEWAYS,
  startRounds: 5,
}
