import type { Counts, Hits, OwnCounts } from './counts.js'

/** What a worker asks the primary. */
export type CountQuestion =
  | { readonly kind: 'take'; readonly id: number; readonly key: string; readonly most: number }
  | { readonly kind: 'hit'; readonly id: number; readonly key: string; readonly window: number }
  /** Wants no answer. */
  | { readonly kind: 'give'; readonly key: string }

export interface CountAnswer {
  readonly id: number
  readonly value: boolean | Hits
}

/** The primary's counts, as a worker has them. */
export interface WorkerCounts extends Counts {
  /** Takes an answer of the primary. */
  answer(answer: CountAnswer): void
}

/**
 * Makes counts that the primary keeps. A question that it never answers stays open: it has gone, and this process ends with
 * it.
 */
export function createWorkerCounts(ask: (question: CountQuestion) => void): WorkerCounts {
  // By id, and not in a Map: the tables that one leaves behind keep alive what waited in them. Ids are used again.
  const waiting: (((value: CountAnswer['value']) => void) | null)[] = []
  const free: number[] = []
  const wait = (make: (id: number) => CountQuestion): Promise<CountAnswer['value']> =>
    new Promise((resolve) => {
      const id = free.pop() ?? waiting.length
      waiting[id] = resolve
      ask(make(id))
    })

  return {
    take: async (key, most) => (await wait((id) => ({ kind: 'take', id, key, most }))) === true,
    give: (key) => ask({ kind: 'give', key }),
    async hit(key, window) {
      const hits = await wait((id) => ({ kind: 'hit', id, key, window }))
      if (typeof hits === 'boolean') throw new TypeError('an answer to another question')
      return hits
    },
    answer({ id, value }) {
      const resolve = waiting[id] ?? null
      // Each question has one answer.
      if (resolve === null) return
      waiting[id] = null
      free.push(id)
      resolve(value)
    },
  }
}

/** One worker's part in the primary's counts. */
export interface CountsOfWorker {
  /** Returns the answer; `null` where none is wanted. */
  ask(question: CountQuestion): CountAnswer | null
  /** The worker has ended: what it had taken is free again. */
  end(): void
}

/** Answers one worker out of the counts of all. */
export function answerWorker(counts: OwnCounts): CountsOfWorker {
  const taken = new Map<string, number>()
  return {
    ask(question) {
      if (question.kind === 'hit') {
        const { id, key, window } = question
        return { id, value: counts.hit(key, window) }
      }
      const { key } = question
      const before = taken.get(key) ?? 0
      if (question.kind === 'take') {
        const value = counts.take(key, question.most)
        if (value) taken.set(key, before + 1)
        return { id: question.id, value }
      }
      if (before === 0) return null
      counts.give(key)
      if (before > 1) taken.set(key, before - 1)
      else taken.delete(key)
      return null
    },
    end() {
      for (const [key, count] of taken) for (let each = 0; each < count; each += 1) counts.give(key)
      taken.clear()
    },
  }
}
