import closeWithGrace from 'close-with-grace'
import type { FastifyBaseLogger } from 'fastify'
import type { Logger } from 'pino'

/** Beyond `timeout`, for what is closed after the last connection, in milliseconds. */
const CLOSING_MARGIN = 2_000

export interface EndingOptions {
  /** How long `stop` may take, in milliseconds. */
  readonly timeout: number
  readonly log: FastifyBaseLogger & Pick<Logger, 'flush'>
  /** Closes everything. */
  readonly stop: () => Promise<void>
}

/**
 * Sees to it that the process ends in good order: by the function that it returns, and after an error that nobody caught.
 * It ends with 0, or 1 where it did not stop in time or ended by an error. Signals are not looked at.
 */
export function endWithGrace({ timeout, log, stop }: EndingOptions): () => void {
  const { close } = closeWithGrace(
    {
      delay: timeout + CLOSING_MARGIN,
      // Signals are ours: this library would take the second one at once.
      skip: ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'beforeExit'],
      logger: {
        error: (error: unknown) => log.fatal({ event: 'failure', err: error }, 'ended by an error'),
      },
    },
    async ({ err }) => {
      if (err !== undefined) log.fatal({ event: 'failure', err }, 'ended by an error')
      await stop()
      log.info({ event: 'stopped' }, 'every connection is closed')
      await new Promise<void>((done) => log.flush(() => done()))
    },
  )
  return close
}
