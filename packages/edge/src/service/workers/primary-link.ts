import type { PresentedChain } from '@mtls-edge/cert-verifier'
import { createArrivals } from '../../resumption/arrivals.js'
import type { ResumptionLink } from '../../resumption/link.js'
import type { WorkerMessage } from './messages.js'

/** Longer than a primary is ever busy; a request waits for it at the most, in milliseconds. */
const PATIENCE = 3_000

/** A worker's way to the session authority of the primary. */
export interface PrimaryLink extends ResumptionLink {
  /** What the primary answered to a question. */
  answer(id: number, chain: PresentedChain | null): void
}

export function createPrimaryLink(tell: (message: WorkerMessage) => void): PrimaryLink {
  const arrivals = createArrivals<PresentedChain>()
  let count = 0
  return {
    remember: (host, thumbprint, chain) => tell({ type: 'remember', host, thumbprint, chain }),
    recall(host, thumbprint) {
      count += 1
      tell({ type: 'recall', id: count, host, thumbprint })
      return arrivals.wait(String(count), PATIENCE)
    },
    reportUnknown: (host) => tell({ type: 'session_unknown', host }),
    answer: (id, chain) => arrivals.arrive(String(id), chain),
  }
}
