import { readStart } from './start-options.js'
import type { Surroundings } from './surroundings.js'

/**
 * Runs a command line, of which no more is loaded than it needs.
 *
 * @param argv what stands behind the program's name
 * @returns the exit code. After `start` the process lives on.
 */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const options = readStart(argv)
  if (options !== null) {
    const { runStart } = await import('./start.js')
    return runStart(options, surroundings)
  }
  const { runCommandLine } = await import('./command-line.js')
  return runCommandLine(argv, surroundings)
}
