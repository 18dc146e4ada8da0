import { FetchError } from './fetch-error.js'

/** Lets a few tasks run at a time; the others wait in a row of limited length. */
export interface Gate {
  /** @throws {FetchError} where the row is full; and what the task throws */
  run<T>(task: () => Promise<T>): Promise<T>
}

export function createGate(maxRunning: number, maxWaiting: number): Gate {
  const waiting: (() => void)[] = []
  let running = 0

  return {
    async run(task) {
      if (running >= maxRunning) {
        if (waiting.length >= maxWaiting) throw new FetchError('too many others wait to be fetched')
        await new Promise<void>((resolve) => waiting.push(resolve))
      } else running += 1
      try {
        return await task()
      } finally {
        // Whoever is next takes this one's place.
        const next = waiting.shift()
        if (next === undefined) running -= 1
        else next()
      }
    },
  }
}
