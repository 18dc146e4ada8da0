import { addUp, keepCounts, type MetricsSnapshot, type ProcessSnapshot } from './snapshot.js'

/** How long workers may take to tell their metrics, in milliseconds. One that is stuck must not keep the others from being seen. */
const PATIENCE = 1_000

/** A worker, as far as its metrics go. */
export interface MeasuredWorker {
  /** Resolves when it has ended. */
  readonly exited: Promise<unknown>
  /** Asks for its metrics; may take for ever, and never rejects. `null` where it can't tell them now. */
  readMetrics(): Promise<ProcessSnapshot | null>
}

/** The metrics of all workers that there are and were. */
export interface WorkerSnapshots {
  add(worker: MeasuredWorker): void
  /** How many did not answer when they were asked last. */
  readonly silent: number
  take(): Promise<readonly MetricsSnapshot[]>
}

/**
 * Keeps what each worker told last: it stands for one that does not answer, and what an ended one had counted is kept for good.
 * So no counter goes backwards, whatever happens to a worker; what it counted after it was asked last is lost with it.
 */
export function createWorkerSnapshots(): WorkerSnapshots {
  const latest = new Map<MeasuredWorker, ProcessSnapshot | null>()
  let ofEnded: readonly MetricsSnapshot[] = []
  let silent = 0

  /** Returns whether it answered, or has ended. */
  async function ask(worker: MeasuredWorker): Promise<boolean> {
    const answer = worker.readMetrics().then((snapshot) => {
      if (snapshot === null) return false
      // Also where it comes too late for this time. What has ended was put away already.
      if (latest.has(worker)) latest.set(worker, snapshot)
      return true
    })
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, PATIENCE, false)
    })
    const isWell = await Promise.race([answer, worker.exited.then(() => true), patience])
    clearTimeout(timer)
    return isWell
  }

  function putAway(worker: MeasuredWorker): void {
    const snapshot = latest.get(worker) ?? null
    latest.delete(worker)
    if (snapshot !== null) ofEnded = [...ofEnded, keepCounts(snapshot.shared)]
  }

  /** Workers that die one after the other are not to fill the memory. */
  async function addUpEnded(): Promise<void> {
    const before = ofEnded
    if (before.length < 2) return
    const sum = await addUp(before).getMetricsAsJSON()
    ofEnded = [sum, ...ofEnded.slice(before.length)]
  }

  return {
    add(worker) {
      latest.set(worker, null)
      worker.exited.then(() => putAway(worker))
    },
    get silent() {
      return silent
    },
    async take() {
      const answers = await Promise.all([...latest.keys()].map(ask))
      silent = answers.filter((isWell) => !isWell).length
      await addUpEnded()
      // At one moment: what ends from here on counts as living this time, and what has ended before is counted once.
      const living = [...latest.values()].filter((snapshot) => snapshot !== null)
      return [...ofEnded, ...living.flatMap(({ shared, own }) => [shared, own])]
    },
  }
}
