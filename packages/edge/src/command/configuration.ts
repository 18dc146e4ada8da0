import { ConfigurationError, type EdgeConfiguration } from '../configuration/index.js'
import type { FileRecorder } from '../configuration/reading/file-recorder.js'
import { loadInSteps } from '../configuration/reading/load-in-steps.js'
import { writeProblems } from './problem-words.js'
import { count, createPaint } from './style.js'
import { resolveFromUser, type Surroundings, standingDirectory } from './surroundings.js'

/**
 * Loads the configuration for a command that can't go on without it: where there are problems, they are printed on
 * standard error, and `null` comes back.
 *
 * @param recorder reads the files. Default: one that nobody asks afterwards
 */
export async function loadForCommand(
  file: string,
  surroundings: Surroundings,
  recorder?: FileRecorder,
): Promise<EdgeConfiguration | null> {
  const { environment, stderr } = surroundings
  try {
    return await loadInSteps(resolveFromUser(file, surroundings), { environment }, recorder)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const paint = createPaint(stderr, environment)
    stderr.write(writeProblems(error.problems, standingDirectory(surroundings), paint))
    stderr.write(`${count(error.problems.length, 'problem')} in ${file}\n`)
    return null
  }
}
