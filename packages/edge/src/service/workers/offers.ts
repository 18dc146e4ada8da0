import { createDeferred, type Deferred } from './deferred.js'
import type { PrimaryMessage } from './messages.js'
import type { HashedFile, OfferedFile } from './offered-files.js'

/** Longer than a worker waits for its files; who does not answer by then will not, in milliseconds. */
const TIMEOUT = 10_000

/** The offers that were made to one worker. */
export interface Offers {
  /** Offers files; resolves with what it read of them, which is nothing where it has ended. */
  make(files: readonly OfferedFile[]): Promise<readonly HashedFile[]>
  answer(id: number, files: readonly HashedFile[]): void
  /** The worker has ended. */
  end(): void
}

/** @param giveUp ends a worker that does not answer */
export function createOffers(
  tell: (message: PrimaryMessage) => Promise<void>,
  giveUp: () => void,
): Offers {
  const open = new Map<number, Deferred<readonly HashedFile[]>>()
  let count = 0
  let hasEnded = false
  return {
    async make(files) {
      if (hasEnded) return []
      count += 1
      const id = count
      const answer = createDeferred<readonly HashedFile[]>()
      open.set(id, answer)
      tell({ type: 'offer', id, files })
      const timer = setTimeout(giveUp, TIMEOUT)
      try {
        return await answer.promise
      } finally {
        clearTimeout(timer)
        open.delete(id)
      }
    },
    answer: (id, files) => open.get(id)?.resolve(files),
    end() {
      hasEnded = true
      for (const answer of open.values()) answer.resolve([])
    },
  }
}
