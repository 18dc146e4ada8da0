import cluster from 'node:cluster'
import { once } from 'node:events'
import { shortenListFile } from '../../configuration/index.js'
import type { Snapshot } from '../../configuration/reading/snapshot.js'
import type { CountsOfWorker } from '../../counting/index.js'
import type { SecretsByHost } from '../../resumption/link.js'
import type { SessionAuthority } from '../../resumption/session-authority.js'
import type { ActivityDelta } from '../../telemetry/activity/delta.js'
import type { ProcessSnapshot } from '../../telemetry/metrics/snapshot.js'
import type { Parts } from '../parts.js'
import { createDeferred, type Deferred } from './deferred.js'
import { createContentSender, type SentSnapshot } from './large-contents.js'
import { isWorkerMessage, type PrimaryMessage, type WorkerSetup } from './messages.js'
import { createOffers } from './offers.js'
import { isResumptionMessage, serveResumption } from './serve-resumption.js'
import { createTurns } from './turns.js'

/** Longer than reading any configuration takes; who does not answer by then will not, in milliseconds. */
const UPDATE_TIMEOUT = 10_000

/** How a process ended. */
export interface Exit {
  readonly code: number | null
  readonly signal: string | null
}

/** A worker, as the primary sees it. */
export interface WorkerProcess {
  /** From 1. */
  readonly number: number
  readonly pid: number
  /** Resolves when it takes connections; rejects where it can't, or ends before. */
  readonly ready: Promise<void>
  /** Resolves when it has ended. */
  readonly exited: Promise<Exit>
  /** How it was when it last said so. */
  readonly parts: Parts
  /** Its connections when it last said so. */
  readonly connections: ActivityDelta['connections']
  /** Where its revocation information comes from, as it said last. */
  readonly fetched: NonNullable<ActivityDelta['fetched']>
  /** Has it look at large contents that are about to come into force, while the primary still does. */
  prepare(contents: ReadonlyMap<string, Uint8Array>): void
  /**
   * Puts another configuration in force. A worker that ends meanwhile, or is ended since it does not answer, is no
   * failure: whatever replaces it begins with what is in force then.
   *
   * @throws UpdateRefusedError; the old configuration then stays
   */
  update(snapshot: Snapshot): Promise<void>
  /** Asks for its metrics. Without an answer it goes on for ever; `null` where it can't tell them now. */
  readMetrics(): Promise<ProcessSnapshot | null>
  /** Gives these hosts other session secrets. */
  renewSessions(secrets: SecretsByHost): void
  /** Asks it to let requests in flight end, then to end itself. */
  stop(): void
  /** Ends it at once. */
  kill(): void
}

/** A worker can't use the configuration. */
export class UpdateRefusedError extends Error {
  override readonly name = 'UpdateRefusedError'
}

/** What a worker needs of the primary. */
export interface WorkerContext {
  /** Its part in what is counted for all of them. */
  readonly counts: CountsOfWorker
  /** Answers what it asks of sessions, and has the secrets for its updates. */
  readonly authority: SessionAuthority
  readonly onActivity: (delta: ActivityDelta) => void
}

/** Starts a worker of the program that `cluster.setupPrimary` named. */
export function startWorker(
  setup: WorkerSetup,
  { authority, counts, onActivity }: WorkerContext,
): WorkerProcess {
  const worker = cluster.fork()
  const { process: child } = worker
  const updates = new Map<number, Deferred>()
  let question: Deferred<ProcessSnapshot | null> | null = null
  let parts: Parts = {}
  let connections: ActivityDelta['connections'] = { open: 0, handshaking: 0 }
  let fetched: WorkerProcess['fetched'] = []
  let updateCount = 0
  const { promise: ready, resolve, reject } = createDeferred()
  // Whoever waits for it is told; where nobody does, `exited` tells.
  ready.catch(() => {})

  /** A worker that has gone meanwhile is no error: `exited` tells. */
  const tell = (message: PrimaryMessage): Promise<void> =>
    new Promise((done) => {
      worker.send(message, () => done())
    })
  const offers = createOffers(tell, () => child.kill('SIGKILL'))
  const sender = createContentSender({ send: tell, offer: offers.make, shorten: shortenListFile })
  /**
   * One snapshot after the other: what one sent ahead, the next may rest on. And no session secrets overtake what came before
   * them: of two, the newer one is then in force last, and none is before the configuration that it was made for.
   */
  const inTurn = createTurns()
  const tellWith = (
    snapshot: Snapshot,
    describe: (sent: SentSnapshot) => PrimaryMessage,
  ): Promise<void> => inTurn(async () => tell(describe(await sender.sendFor(snapshot))))
  const answer = (metrics: ProcessSnapshot | null): void => {
    question?.resolve(metrics)
    question = null
  }
  const end = (exit: Exit): Exit => {
    reject(new Error('a worker ended before it was ready'))
    for (const update of updates.values()) update.resolve()
    offers.end()
    counts.end()
    return exit
  }
  const exited = once(child, 'exit').then(
    ([code, signal]) => end({ code, signal }),
    // The system has no process left to give: the same as one that ended at once.
    () => end({ code: null, signal: null }),
  )
  worker.on('message', (message: unknown) => {
    if (!isWorkerMessage(message)) return
    if (message.type === 'loaded')
      tellWith(setup.snapshot, (snapshot) => ({ type: 'start', setup: { ...setup, snapshot } }))
    else if (message.type === 'read') offers.answer(message.id, message.files)
    else if (message.type === 'listening') resolve()
    else if (message.type === 'failed') reject(new Error(message.reason))
    else if (message.type === 'status') parts = message.parts
    else if (message.type === 'metrics') answer(message.metrics)
    else if (isResumptionMessage(message)) serveResumption(message, authority, tell)
    else if (message.type === 'activity') {
      connections = message.delta.connections
      fetched = message.delta.fetched ?? fetched
      onActivity(message.delta)
    } else if (message.type === 'count') {
      const counted = counts.ask(message.question)
      if (counted !== null) tell({ type: 'counted', answer: counted })
    } else {
      const update = updates.get(message.id)
      if (message.type === 'updated') update?.resolve()
      else update?.reject(new UpdateRefusedError(message.reason))
    }
  })

  return {
    number: setup.worker,
    pid: child.pid ?? 0,
    ready,
    exited,
    get parts() {
      return parts
    },
    get connections() {
      return connections
    },
    get fetched() {
      return fetched
    },
    prepare: (contents) => void inTurn(() => sender.sendAhead(contents)),
    async update(snapshot) {
      updateCount += 1
      const id = updateCount
      const update = createDeferred()
      updates.set(id, update)
      const { secrets } = authority
      const told = tellWith(snapshot, (sent) => ({ type: 'update', id, snapshot: sent, secrets }))
      await Promise.race([told, update.promise])
      const timer = setTimeout(() => child.kill('SIGKILL'), UPDATE_TIMEOUT)
      try {
        if (child.exitCode === null && child.signalCode === null) await update.promise
      } finally {
        clearTimeout(timer)
        updates.delete(id)
      }
    },
    readMetrics() {
      // One that does not answer is not asked again before it has.
      if (question === null) {
        question = createDeferred<ProcessSnapshot | null>()
        tell({ type: 'tell_metrics' })
      }
      return question.promise
    },
    renewSessions: (secrets) => void inTurn(() => tell({ type: 'renew', secrets })),
    stop: () => void tell({ type: 'stop' }),
    kill: () => {
      child.kill('SIGKILL')
    },
  }
}
