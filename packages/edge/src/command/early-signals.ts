import type { Surroundings } from './surroundings.js'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/**
 * Ends the process with 0 on SIGTERM and SIGINT: as long as the edge takes no connections there is nothing to drain, and
 * nothing went wrong. By default it would end with 143, a failure to whoever started it.
 *
 * @returns gives the signals up
 */
export function endOnSignals({ stderr }: Pick<Surroundings, 'stderr'>): () => void {
  const end = (signal: string): void => {
    stderr.write(`${signal} came before the edge took connections\n`)
    process.exit(0)
  }
  for (const signal of SIGNALS) process.on(signal, end)
  return () => {
    for (const signal of SIGNALS) process.off(signal, end)
  }
}
