/** How much is measured. */
export interface Plan {
  readonly name: 'quick' | 'full'
  readonly rounds: number
  /** Requests in a round. */
  readonly keptRequests: number
  readonly newConnections: number
  /** Idle connections, per measurement. */
  readonly idle: readonly number[]
  /** Seconds of a round at a fixed rate. */
  readonly latencySeconds: number
}

export const QUICK: Plan = {
  name: 'quick',
  rounds: 3,
  keptRequests: 2_000,
  newConnections: 150,
  idle: [1_000],
  latencySeconds: 1,
}

export const FULL: Plan = {
  name: 'full',
  rounds: 11,
  keptRequests: 4_000,
  newConnections: 400,
  idle: [1_000, 10_000],
  latencySeconds: 5,
}
