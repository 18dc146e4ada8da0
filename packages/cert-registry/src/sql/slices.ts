import { setImmediate } from 'node:timers/promises'

// A third of what a request may ever wait for it.
const SLICE_MS = 6

/** Cuts work into slices: `pause` lets whatever else the process does have its turn, where a slice is over. */
export class Slices {
  #end = performance.now() + SLICE_MS

  async pause(): Promise<void> {
    if (performance.now() <= this.#end) return
    await setImmediate()
    this.#end = performance.now() + SLICE_MS
  }
}
