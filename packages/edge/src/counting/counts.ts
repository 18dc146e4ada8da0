/** How many hits a key has in its window, and when that ends. */
export interface Hits {
  readonly count: number
  /** Milliseconds, one at least. */
  readonly endsIn: number
}

/** Counts by key. Where there are several workers, the primary keeps those that hold for all of them. */
export interface Counts {
  /** Takes one of `most` places of the key; false where all are taken. A place that was taken must be given back. */
  take(key: string, most: number): Promise<boolean>
  give(key: string): void
  /** Counts one hit of the key in the window, in milliseconds, that began with its first. */
  hit(key: string, window: number): Promise<Hits>
}

/** The same, answered at once. */
export interface OwnCounts {
  take(key: string, most: number): boolean
  give(key: string): void
  hit(key: string, window: number): Hits
}

/**
 * Keys whose hits are remembered. A client with many addresses makes as many keys; over it the window that began first is
 * forgotten, which is some 20 MB away.
 */
const MAX_WINDOWS = 100_000

interface Window {
  count: number
  readonly endsAt: number
}

/** @param now a clock in milliseconds that never goes back */
export function createOwnCounts(now: () => number = () => performance.now()): OwnCounts {
  const places = new Map<string, number>()
  const windows = new Map<string, Window>()

  return {
    take(key, most) {
      const taken = places.get(key) ?? 0
      if (taken >= most) return false
      places.set(key, taken + 1)
      return true
    },
    give(key) {
      const left = (places.get(key) ?? 0) - 1
      if (left > 0) places.set(key, left)
      else places.delete(key)
    },
    hit(key, length) {
      const time = now()
      let window = windows.get(key)
      if (window === undefined || window.endsAt <= time) {
        // Behind the others, so that the first one in the map began first.
        windows.delete(key)
        window = { count: 0, endsAt: time + length }
        windows.set(key, window)
        forgetOld(time)
      }
      window.count += 1
      return { count: window.count, endsIn: Math.max(1, Math.ceil(window.endsAt - time)) }
    },
  }

  /** Those that have ended, from the oldest on; and the oldest where there are too many. */
  function forgetOld(time: number): void {
    for (const [key, { endsAt }] of windows) {
      if (endsAt > time && windows.size <= MAX_WINDOWS) return
      windows.delete(key)
    }
  }
}

/** For a process that is alone. */
export function createLocalCounts(own: OwnCounts = createOwnCounts()): Counts {
  return {
    take: async (key, most) => own.take(key, most),
    give: own.give,
    hit: async (key, window) => own.hit(key, window),
  }
}
