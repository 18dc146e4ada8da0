import { parseArgs } from 'node:util'

export interface StartOptions {
  readonly config: string
  readonly logLevel: string
}

export const LOG_LEVELS: readonly string[] = [
  'fatal',
  'error',
  'warn',
  'info',
  'debug',
  'trace',
  'silent',
]
export const DEFAULT_LOG_LEVEL = 'info'

/**
 * Reads `start` as it is called where nobody needs help: commander, with all that it knows of the other commands, is then not
 * loaded, which would stay in the memory of a service as long as it runs (4 MB).
 *
 * @returns `null` for everything else: that is commander's to read, and to complain of
 */
export function readStart(argv: readonly string[]): StartOptions | null {
  const [command, ...args] = argv
  if (command !== 'start') return null
  try {
    const { config, 'log-level': logLevel } = parseArgs({ args, options: OPTIONS }).values
    if (config === undefined || !LOG_LEVELS.includes(logLevel)) return null
    return { config, logLevel }
  } catch {
    return null
  }
}

const OPTIONS = {
  config: { type: 'string', short: 'c' },
  'log-level': { type: 'string', short: 'l', default: DEFAULT_LOG_LEVEL },
} as const
