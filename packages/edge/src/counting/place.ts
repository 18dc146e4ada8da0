import type { Counts } from './counts.js'

/** A place among those of a key, asked for. */
export interface Place {
  /** Whether there was one. */
  readonly isGranted: Promise<boolean>
  /** Gives it back; at any time, and any number of times. */
  leave(): void
}

/** Asks for one of `most` places of the key. */
export function takePlace(counts: Counts, key: string, most: number): Place {
  const isGranted = counts.take(key, most)
  let hasLeft = false
  return {
    isGranted,
    leave() {
      if (hasLeft) return
      hasLeft = true
      isGranted.then((wasGranted) => {
        if (wasGranted) counts.give(key)
      })
    },
  }
}
