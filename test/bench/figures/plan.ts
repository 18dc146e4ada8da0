/** How much is measured. */
export interface Plan {
  readonly name: 'quick' | 'full'
  readonly rounds: number
  /** Requests in a round. */
  readonly keptRequests: number
  readonly newConnections: number
  /** Idle connections, per measurement; each measurement is of a new process. */
  readonly idle: readonly number[]
  readonly idleRounds: number
  readonly latencyRounds: number
  /** Seconds of a round at a fixed rate. */
  readonly latencySeconds: number
}

export const QUICK: Plan = {
  name: 'quick',
  rounds: 3,
  keptRequests: 2_000,
  newConnections: 150,
  idle: [1_000],
  idleRounds: 1,
  latencyRounds: 3,
  latencySeconds: 2,
}

export const FULL: Plan = {
  name: 'full',
  rounds: 7,
  keptRequests: 4_000,
  newConnections: 300,
  idle: [1_000, 10_000],
  idleRounds: 1,
  latencyRounds: 5,
  latencySeconds: 5,
}
