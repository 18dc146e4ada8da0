import { setImmediate } from 'node:timers/promises'

/** Runs a generator to its end, and lets the event loop go on after each of its steps. */
export async function runInSteps<T>(steps: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
    await setImmediate()
  }
}
