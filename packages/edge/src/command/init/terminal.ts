import { createInterface } from 'node:readline/promises'
import { UsageError } from '../exit.js'
import type { Ask } from './answers.js'

/** A person at a terminal. */
export interface Terminal {
  readonly ask: Ask
  close(): void
}

/**
 * Opens the terminal that the process stands at; `null` where there is none. Questions go to standard error. Ctrl-C and the
 * end of the input end the command.
 */
export function openTerminal(): Terminal | null {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) return null
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const ended = new AbortController()
  lines.on('close', () => ended.abort())
  return {
    ask: async (question) => {
      try {
        return await lines.question(question, { signal: ended.signal })
      } catch (error) {
        if (!ended.signal.aborted) throw error
        throw new UsageError('stopped; nothing was written')
      }
    },
    close: () => lines.close(),
  }
}
