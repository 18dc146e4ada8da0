import { pino } from 'pino'
import { openLogDestination } from './log-destination.js'
import { createLogTime } from './log-time.js'

/**
 * The log: one JSON object a line on standard output, with the time in ISO 8601 and the level as a word.
 *
 * Secrets have no way into it: they are held in `Secret`, which shows itself as `[secret]`, and request headers are never
 * logged. The redaction is for what nobody expected.
 */
export function createLogger(level: string): ReturnType<typeof pino> {
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: createLogTime(),
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: ['headers', '*.headers', 'err.headers', 'cnameApiKey', '*.cnameApiKey'],
        censor: '[secret]',
      },
    },
    openLogDestination(),
  )
}
