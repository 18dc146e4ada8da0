import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Snapshot } from '../../configuration/reading/snapshot.js'
import type { SecretsByHost } from '../../resumption/link.js'
import { countDeaths, restartDelay } from './back-off.js'
import type { WorkerSetup } from './messages.js'
import type { WorkerProcess } from './worker-process.js'

export interface PoolOptions {
  readonly count: number
  readonly snapshot: Snapshot
  readonly start: (setup: Pick<WorkerSetup, 'worker' | 'snapshot'>) => WorkerProcess
  /** The session secrets that are to be in force. */
  readonly readSecrets: () => SecretsByHost
  readonly log: FastifyBaseLogger
  /** Called for each worker that is to be replaced. */
  readonly onDeath: () => void
}

/** So many workers, each replaced when it dies. */
export interface Pool {
  /** Resolves when all take connections; rejects as soon as one can't, and then all are ended. */
  readonly started: Promise<void>
  /** Those that take connections now. */
  readonly ready: readonly WorkerProcess[]
  /** Has all workers look at large contents that are about to come into force. */
  prepare(contents: ReadonlyMap<string, Uint8Array>): void
  /**
   * Puts another configuration in force in all workers, or in none.
   *
   * @throws UpdateRefusedError
   */
  update(snapshot: Snapshot): Promise<void>
  /** Lets requests in flight end, and ends every worker that has not ended by itself after `timeout` milliseconds. */
  stop(timeout: number): Promise<void>
}

/** Starts the workers. */
export function startPool(options: PoolOptions): Pool {
  const { count, snapshot, start, readSecrets, log, onDeath } = options
  let inForce = snapshot
  const stopping = new AbortController()
  const alive = new Set<WorkerProcess>()
  const ready = new Set<WorkerProcess>()
  const numbers = Array.from({ length: count }, (_, index) => index + 1)
  const slots = numbers.map(keepWorker)
  const ended = Promise.all(slots.map(({ done }) => done))
  const started = Promise.all(slots.map(({ first }) => first)).then(
    () => {},
    async (error: unknown) => {
      stopping.abort()
      for (const worker of alive) worker.kill()
      await ended
      throw error
    },
  )

  return {
    started,
    get ready() {
      return [...ready]
    },
    prepare(contents) {
      for (const worker of ready) worker.prepare(contents)
    },
    async update(next) {
      const before = inForce
      inForce = next
      const workers = [...ready]
      const results = await Promise.allSettled(workers.map((worker) => worker.update(next)))
      const refusal = results.find((result) => result.status === 'rejected')
      if (refusal === undefined) return
      inForce = before
      await Promise.all(workers.map((worker) => worker.update(before).catch(worker.kill)))
      throw refusal.reason
    },
    async stop(timeout) {
      stopping.abort()
      for (const worker of alive) worker.stop()
      const timer = setTimeout(() => {
        for (const worker of alive) worker.kill()
      }, timeout)
      await ended
      clearTimeout(timer)
    },
  }

  /** Sees to it that there is a worker of this number, until the end. */
  function keepWorker(number: number): {
    readonly first: Promise<void>
    readonly done: Promise<void>
  } {
    const firstWorker = startOne(number)
    return { first: firstWorker.ready, done: replace(number, firstWorker) }
  }

  async function replace(number: number, first: WorkerProcess): Promise<void> {
    let worker = first
    let deaths = 0
    for (;;) {
      const startedAt = performance.now()
      const exit = await worker.exited
      if (stopping.signal.aborted) return
      onDeath()
      deaths = countDeaths(deaths, performance.now() - startedAt)
      const restartInMs = restartDelay(deaths)
      const { pid } = worker
      log.error({ event: 'worker_died', worker: number, pid, ...exit, restartInMs }, DIED)
      await pause(restartInMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      worker = startOne(number)
    }
  }

  function startOne(number: number): WorkerProcess {
    const given = inForce
    const worker = start({ worker: number, snapshot: given })
    alive.add(worker)
    worker.ready.then(
      () => {
        log.info({ event: 'worker_ready', worker: number, pid: worker.pid }, READY)
        admit(worker, given)
      },
      (error: unknown) => log.error({ event: 'worker_failed', worker: number, err: error }, FAILED),
    )
    worker.exited.then(() => {
      alive.delete(worker)
      ready.delete(worker)
    })
    return worker
  }

  /** What changed while it started has to reach it too. */
  function admit(worker: WorkerProcess, given: Snapshot): void {
    ready.add(worker)
    if (given !== inForce) worker.update(inForce).catch(worker.kill)
    else worker.renewSessions(readSecrets())
  }
}

const DIED = 'a worker died; its connections are lost, and no others'
const READY = 'a worker takes connections'
const FAILED = "a worker can't start"
