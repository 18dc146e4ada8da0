import type { FastifyBaseLogger } from 'fastify'
import { type EdgeConfiguration, readLargeListsAhead } from '../../configuration/index.js'
import { loadSnapshot, type Snapshot } from '../../configuration/reading/snapshot.js'
import { createWorkerCounts } from '../../counting/index.js'
import { ACTIVITY_INTERVAL } from '../../telemetry/activity/interval.js'
import { createActivityRecorder } from '../../telemetry/activity/recorder.js'
import { createLoggedTelemetry, type Telemetry } from '../../telemetry/observer.js'
import { allocateYoung } from '../allocate-young.js'
import { endWithGrace } from '../ending.js'
import { createLogger } from '../log/logger.js'
import { type Serving, startServing } from '../start-serving.js'
import { ContentReceiver } from './large-contents.js'
import {
  isPrimaryMessage,
  type PrimaryMessage,
  type Sent,
  type WorkerMessage,
  type WorkerSetup,
} from './messages.js'
import { readOffered } from './offered-files.js'
import { createPrimaryLink } from './primary-link.js'
import { createTurns } from './turns.js'

/** How often a worker looks whether its state has changed, in milliseconds. */
const STATUS_INTERVAL = 250

allocateYoung()

/** The program of one worker: it does what the primary says, and ends with it (node:cluster sees to that). */
const counts = createWorkerCounts((question) => tell({ type: 'count', question }))
let serving: Serving | null = null
let end: (() => void) | null = null
let log: FastifyBaseLogger | null = null
const link = createPrimaryLink(tell)
const contents = new ContentReceiver()
/** An update loads for a while: a renewal of meanwhile is newer, and must not be taken back by the secrets that the update has. */
const inTurn = createTurns()

process.on('message', (message) => {
  if (!isPrimaryMessage(message)) return
  if (message.type === 'content') contents.take(message)
  else if (message.type === 'offer') takeOffer(message)
  else if (message.type === 'start') start(message.setup)
  else if (message.type === 'stop') stop()
  else if (message.type === 'tell_metrics') tellMetrics()
  else if (message.type === 'renew') inTurn(() => serving?.renewSessions(message.secrets))
  else if (message.type === 'recalled') link.answer(message.id, message.chain)
  else if (message.type === 'counted') counts.answer(message.answer)
  else {
    const { id, secrets } = message
    // At once: pieces of the next one may follow.
    const snapshot = contents.complete(message.snapshot)
    inTurn(async () => serving?.update(await load(snapshot), secrets)).then(
      () => tell({ type: 'updated', id }),
      (error: unknown) => tell({ type: 'refused', id, reason: reasonOf(error) }),
    )
  }
})
tell({ type: 'loaded' })

/** What it reads it looks at as well, while the primary still looks at its own. */
async function takeOffer({ id, files }: Extract<PrimaryMessage, { type: 'offer' }>): Promise<void> {
  const read = await readOffered(files, (file, content) => contents.put(file, content))
  tell({ type: 'read', id, files: read })
  const { contents: all } = contents
  if (read.length > 0) await inTurn(() => readLargeListsAhead(all))
}

async function load(snapshot: Snapshot): Promise<EdgeConfiguration> {
  await readLargeListsAhead(snapshot.contents.values())
  return loadSnapshot(snapshot, process.env)
}

async function start(setup: Sent<WorkerSetup>): Promise<void> {
  const { worker, workers, listen, level, secrets } = setup
  const ownLog = createLogger(level).child({ worker })
  log = ownLog
  const telemetry = createLoggedTelemetry(ownLog)
  const snapshot = contents.complete(setup.snapshot)
  try {
    const configuration = await inTurn(() => load(snapshot))
    const started = await startServing(configuration, {
      log: ownLog,
      telemetry,
      listen,
      workers,
      counts,
      worker: String(worker),
      resumption: { secrets, link },
    })
    serving = started
    const { shutdownTimeout } = configuration
    end = endWithGrace({ timeout: shutdownTimeout, log: ownLog, stop: started.stop })
    reportStatus(started)
    if (configuration.admin !== null) reportActivity(started, telemetry)
    tell({ type: 'listening' })
  } catch (error) {
    process.exitCode = 1
    tell({ type: 'failed', reason: reasonOf(error) }, () => process.exit())
  }
}

/** Where it has not started yet there is nothing to drain. */
function stop(): void {
  if (end === null) process.exit()
  end()
}

function reportStatus({ describeParts }: Serving): void {
  let told = ''
  const report = (): void => {
    const parts = describeParts()
    const text = JSON.stringify(parts)
    if (text === told) return
    told = text
    tell({ type: 'status', parts })
  }
  report()
  setInterval(report, STATUS_INTERVAL).unref()
}

/** For the admin page, where there is one. */
function reportActivity(started: Serving, telemetry: Telemetry): void {
  const recorder = createActivityRecorder(telemetry, started)
  setInterval(() => tell({ type: 'activity', delta: recorder.take() }), ACTIVITY_INTERVAL).unref()
}

/** A process that has no descriptor left, say, can't tell them, and serves on. It is asked again. */
async function tellMetrics(): Promise<void> {
  if (serving === null) return
  const metrics = await serving.takeMetrics().catch((error: unknown) => {
    log?.error({ event: 'failure', err: error }, 'the metrics cannot be told')
    return null
  })
  tell({ type: 'metrics', metrics })
}

/** With a callback, a primary that has gone is no error: this process is about to end. */
function tell(message: WorkerMessage, done: () => void = () => {}): void {
  process.send?.(message, undefined, {}, done)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown'
}
