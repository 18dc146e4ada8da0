import type { EdgeConfiguration, Environment } from '../configuration/index.js'
import type { FileRecorder } from '../configuration/reading/file-recorder.js'
import { createLoggedTelemetry } from '../telemetry/observer.js'
import { endWithGrace } from './ending.js'
import { createLogger } from './log/logger.js'
import { logWarning } from './reload/log-problem.js'
import { createConfigurationStatus } from './reload/status.js'
import { watchConfiguration } from './reload/watch.js'

/**
 * A terminal signals the whole group, and a package manager in between passes its own signal on: only a second signal
 * that comes later than this is a person who can't wait. In milliseconds.
 */
const SECOND_SIGNAL_AFTER = 1_000

export interface RunOptions {
  /** What read the configuration's files. */
  readonly recorder: FileRecorder
  readonly environment: Environment
  /** What is logged at the least. */
  readonly level: string
}

/**
 * Runs the edge until SIGTERM or SIGINT, then stops it and ends the process: 0, or 1 where it did not stop in time or
 * ended by an error. SIGHUP reads the configuration again. It never returns to its caller once the edge has started.
 *
 * @throws where the edge can't start
 */
export async function runEdge(
  configuration: EdgeConfiguration,
  options: RunOptions,
): Promise<void> {
  const { recorder, environment, level } = options
  const { drainDelay, shutdownTimeout } = configuration
  const log = createLogger(level)
  let reload = (): void => {}
  // By default SIGHUP would end the process. Before the files are watched there is nothing to do: changes since they were
  // read are seen then.
  process.on('SIGHUP', (signal) => {
    log.info({ event: 'reload_asked', signal }, 'the configuration is read again')
    reload()
  })
  for (const warning of configuration.warnings) logWarning(log, warning)
  const telemetry = createLoggedTelemetry(log)
  const status = createConfigurationStatus()
  const describeMore = () => ({ configuration: status.describe() })
  const snapshot = recorder.takeSnapshot(configuration.file, new Date())
  const start = async () => {
    // A primary has no use for what serves, nor one process alone for what keeps others: the rest is not loaded.
    if (configuration.workers === 1) {
      const { startEdge } = await import('./start-edge.js')
      return startEdge(configuration, { log, telemetry, describeMore })
    }
    const { startWorkers } = await import('./workers/start-workers.js')
    return startWorkers(configuration, { snapshot, log, telemetry, level, describeMore })
  }
  const edge = await start()
  const watch = watchConfiguration({
    configuration,
    recorder,
    environment,
    ...('prepare' in edge ? { prepare: edge.prepare } : {}),
    apply: edge.update,
    status,
    observer: telemetry,
    log,
  })
  reload = watch.reload
  const end = endWithGrace({
    timeout: drainDelay + shutdownTimeout,
    log,
    stop: () => Promise.all([watch.close(), edge.stop()]).then(() => {}),
  })

  let stoppingSince: number | null = null
  const onSignal = (signal: string): void => {
    if (stoppingSince === null) {
      stoppingSince = performance.now()
      log.info({ event: 'stopping', signal }, 'requests in flight may end')
      end()
    } else if (performance.now() - stoppingSince > SECOND_SIGNAL_AFTER)
      log.flush(() => process.exit(1))
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
