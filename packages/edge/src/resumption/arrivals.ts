/** Those who wait for something that may be on its way. */
export interface Arrivals<Thing> {
  /** Resolves when it arrives, with `null` after `patience` milliseconds. */
  wait(key: string, patience: number): Promise<Thing | null>
  arrive(key: string, thing: Thing | null): void
}

export function createArrivals<Thing>(): Arrivals<Thing> {
  const waiting = new Map<string, Set<(thing: Thing | null) => void>>()
  return {
    wait(key, patience) {
      return new Promise((resolve) => {
        const others = waiting.get(key) ?? new Set()
        waiting.set(key, others)
        const settle = (thing: Thing | null): void => {
          clearTimeout(timer)
          others.delete(settle)
          if (others.size === 0 && waiting.get(key) === others) waiting.delete(key)
          resolve(thing)
        }
        const timer = setTimeout(settle, patience, null)
        others.add(settle)
      })
    },
    arrive(key, thing) {
      for (const settle of waiting.get(key) ?? []) settle(thing)
    },
  }
}
