import {
  ConfigurationError,
  type EdgeConfiguration,
  type LoadOptions,
  loadConfiguration,
} from '../configuration/index.js'
import { writeProblems } from './problem-words.js'
import { count, createPaint } from './style.js'
import { resolveFromUser, type Surroundings, standingDirectory } from './surroundings.js'

/**
 * Loads the configuration for a command that can't go on without it: where there are problems, they are printed on
 * standard error, and `null` comes back.
 */
export function loadForCommand(
  file: string,
  surroundings: Surroundings,
  options: Omit<LoadOptions, 'environment'> = {},
): EdgeConfiguration | null {
  const { environment, stderr } = surroundings
  try {
    return loadConfiguration(resolveFromUser(file, surroundings), { ...options, environment })
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const paint = createPaint(stderr, environment)
    stderr.write(writeProblems(error.problems, standingDirectory(surroundings), paint))
    stderr.write(`${count(error.problems.length, 'problem')} in ${file}\n`)
    return null
  }
}
