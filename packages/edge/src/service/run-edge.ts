import closeWithGrace from 'close-with-grace'
import type { EdgeConfiguration } from '../configuration/types.js'
import { createLogger } from './logger.js'
import { startEdge } from './start-edge.js'

/** Beyond `shutdownTimeout`, for what is closed after the last connection. */
const CLOSING_MARGIN = 2_000

/**
 * A terminal signals the whole group, and a package manager in between passes its own signal on: only a second signal
 * that comes later than this is a person who can't wait.
 */
const SECOND_SIGNAL_AFTER = 1_000

/**
 * Runs the edge until SIGTERM or SIGINT, then stops it and ends the process: 0, or 1 where it did not stop in time or
 * ended by an error. It never returns to its caller once the edge has started.
 *
 * @throws where the edge can't start
 */
export async function runEdge(configuration: EdgeConfiguration, level: string): Promise<void> {
  const log = createLogger(level)
  for (const { path, message, mend } of configuration.warnings)
    log.warn({ event: 'configuration_warning', path, mend }, message)
  const edge = await startEdge(configuration, { log })
  const { close } = closeWithGrace(
    {
      delay: configuration.shutdownTimeout + CLOSING_MARGIN,
      // Signals are ours: this library would take the second one at once.
      skip: ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'beforeExit'],
      logger: {
        error: (error: unknown) => log.fatal({ event: 'failure', err: error }, 'ended by an error'),
      },
    },
    async ({ err }) => {
      if (err !== undefined) log.fatal({ event: 'failure', err }, 'ended by an error')
      await edge.stop()
      log.info({ event: 'stopped' }, 'every connection is closed')
    },
  )
  let stoppingSince: number | null = null
  const onSignal = (signal: string): void => {
    if (stoppingSince === null) {
      stoppingSince = performance.now()
      log.info({ event: 'stopping', signal }, 'requests in flight may end')
      close()
    } else if (performance.now() - stoppingSince > SECOND_SIGNAL_AFTER) process.exit(1)
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
}
