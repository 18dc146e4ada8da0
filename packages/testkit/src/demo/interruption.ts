import { once } from 'node:events'
import { constants } from 'node:os'

/** A wish from outside that the demo end. */
export interface Interruption {
  /** Aborted when the wish arrives; the reason is an {@link InterruptedError}. */
  readonly signal: AbortSignal
  /** Settles when the wish arrives. */
  readonly arrived: Promise<unknown>
  /** Takes the process's handlers off again. */
  dispose(): void
}

/** The demo was told to end. */
export class InterruptedError extends Error {
  /** What a shell expects of a process that ended by this signal. */
  readonly exitCode: number

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`)
    this.name = 'InterruptedError'
    this.exitCode = 128 + constants.signals[signal]
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Watches for signals, and for the end of the process itself.
 *
 * @param abandon runs, synchronously, when the process exits before `dispose`: the last chance to leave nothing behind.
 */
export function watchForInterruption(abandon: () => void): Interruption {
  const controller = new AbortController()
  const arrived = once(controller.signal, 'abort')
  const interrupt = (signal: NodeJS.Signals) => controller.abort(new InterruptedError(signal))
  for (const signal of SIGNALS) process.on(signal, interrupt)
  process.on('exit', abandon)
  return {
    signal: controller.signal,
    arrived,
    dispose() {
      for (const signal of SIGNALS) process.off(signal, interrupt)
      process.off('exit', abandon)
    },
  }
}
