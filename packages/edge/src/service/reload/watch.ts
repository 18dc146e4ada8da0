import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import {
  ConfigurationError,
  type EdgeConfiguration,
  type Environment,
  type Problem,
} from '../../configuration/index.js'
import { readMarks } from '../../configuration/reading/file-mark.js'
import { FileRecorder } from '../../configuration/reading/file-recorder.js'
import { loadInSteps } from '../../configuration/reading/load-in-steps.js'
import type { Snapshot } from '../../configuration/reading/snapshot.js'
import type { Observer } from '../../telemetry/observer.js'
import { logRefused, logWarning } from './log-problem.js'
import { listForNextStart } from './next-start.js'
import { createSettling } from './settling.js'
import type { ConfigurationStatus } from './status.js'

export interface WatchOptions {
  /** What is in force, and what was read for it. */
  readonly configuration: EdgeConfiguration
  readonly recorder: FileRecorder
  readonly environment: Environment
  /** Is told what may be put in force next, by absolute path: whoever needs time for it can begin. Nothing may come of it. */
  readonly prepare?: (contents: ReadonlyMap<string, Uint8Array>) => void
  /** Puts a configuration in force. Where it throws, the old one must be in force as before. */
  readonly apply: (configuration: EdgeConfiguration, snapshot: Snapshot) => Promise<void>
  readonly status: ConfigurationStatus
  readonly observer: Pick<Observer, 'reload'>
  readonly log: FastifyBaseLogger
}

export interface ConfigurationWatch {
  /** Reads the files again, changed or not. */
  reload(): void
  /** Stops looking. Resolves when nothing is being put in force any more. */
  close(): Promise<void>
}

/**
 * Watches the configuration file and every file that it names, and puts what they hold in force: as a whole, or not at all.
 */
export function watchConfiguration(options: WatchOptions): ConfigurationWatch {
  const { configuration: started, environment, apply, status, observer, log } = options
  const { prepare = () => {} } = options
  const stop = new AbortController()
  let inForce = options.recorder
  let { marks } = inForce
  let reported = ''
  const settling = createSettling(join(marks.values()))
  const watching = watch()

  return {
    reload: () => settling.force(),
    async close() {
      stop.abort()
      await watching
    },
  }

  async function watch(): Promise<void> {
    while (await waitFor(settling.pause, stop.signal)) {
      const seen = await readMarks(marks.keys())
      if (settling.observe(join(seen), performance.now())) await readAgain()
    }
  }

  async function readAgain(): Promise<void> {
    const recorder = new FileRecorder()
    const now = new Date()
    try {
      await recorder.readAhead(marks.keys(), inForce)
      prepare(recorder.contentsAhead)
      const next = await loadInSteps(started.file, { environment, now }, recorder)
      await apply(next, recorder.takeSnapshot(next.file, now))
      inForce = recorder
      marks = recorder.marks
      settling.accepted(join(marks.values()))
      status.accept()
      observer.reload({ result: 'accepted' })
      report(next)
    } catch (error) {
      marks = recorder.marks
      const failure = settling.failed(join(marks.values()), performance.now())
      if (failure !== 'early') refuse(error, failure === 'known')
    }
  }

  function report(next: EdgeConfiguration): void {
    log.info(
      { event: 'configuration_loaded', file: next.file },
      'the new configuration is in force',
    )
    for (const warning of next.warnings) logWarning(log, warning)
    for (const path of listForNextStart(started, next))
      log.warn({ event: 'configuration_warning', path }, `${path} takes effect at the next start`)
  }

  /** @param isKnown what was refused was tried again, unchanged: worth a line only where it fails by something else now */
  function refuse(error: unknown, isKnown: boolean): void {
    const problems = error instanceof ConfigurationError ? error.problems : [describe(error)]
    const before = reported
    reported = JSON.stringify(problems)
    if (isKnown && reported === before) return
    status.refuse(problems)
    observer.reload({ result: 'refused' })
    for (const problem of problems) logRefused(log, problem)
  }

  /** What could be read and can't be put in force: a registry that is asked for and was not there at the start. */
  function describe(error: unknown): Problem {
    const message = `can't be put in force: ${error instanceof Error ? error.message : 'unknown'}`
    const mend = 'correct it, or start the edge anew where it needs what only the start reads'
    return { severity: 'error', file: started.file, line: 1, column: 1, path: '', message, mend }
  }
}

const join = (marks: Iterable<string>): string => [...marks].join('\n')

/** Returns whether to go on. */
const waitFor = (time: number, signal: AbortSignal): Promise<boolean> =>
  pause(time, true, { signal }).catch(() => false)
