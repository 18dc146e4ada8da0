/** The message of the log line that ends the start. */
export const READY = 'the edge takes connections'

export type ReadinessState = 'starting' | 'ready' | 'draining'

/** Whether the edge should be given connections, and since when that is so. */
export interface Readiness {
  readonly state: ReadinessState
  readonly since: Date
  set(state: ReadinessState): void
}

export function createReadiness(): Readiness {
  let state: ReadinessState = 'starting'
  let since = new Date()
  return {
    get state() {
      return state
    },
    get since() {
      return since
    },
    set(next) {
      if (next === state) return
      state = next
      since = new Date()
    },
  }
}
