import { FileRecorder } from '../configuration/reading/file-recorder.js'
import { allocateYoung } from '../service/allocate-young.js'
import { loadForCommand } from './configuration.js'
import { endOnSignals } from './early-signals.js'
import { EXIT } from './exit.js'
import type { Surroundings } from './surroundings.js'

export interface StartOptions {
  readonly config: string
  readonly logLevel: string
}

/**
 * `mtls-edge start`: runs the edge until a signal. Where it has started, the process lives on after this returns, and
 * ends by itself.
 *
 * @returns the exit code so far: 0 where the edge runs, 1 where the configuration has problems or the edge can't start
 */
export async function runStart(options: StartOptions, surroundings: Surroundings): Promise<number> {
  const release = endOnSignals(surroundings)
  allocateYoung()
  try {
    return await start(options, surroundings)
  } finally {
    release()
  }
}

async function start(options: StartOptions, surroundings: Surroundings): Promise<number> {
  const recorder = new FileRecorder()
  const configuration = await loadForCommand(options.config, surroundings, recorder)
  if (configuration === null) return EXIT.problems
  // Loaded here: what is wrong with the configuration is said without waiting for all of it.
  const { runEdge } = await import('../service/run-edge.js')
  const { environment } = surroundings
  try {
    await runEdge(configuration, { recorder, environment, level: options.logLevel })
    return EXIT.success
  } catch (error) {
    const { describeStartFailure } = await import('./start-failure.js')
    const reason = describeStartFailure(error, configuration)
    surroundings.stderr.write(`the edge can't start: ${reason}\n`)
    return EXIT.problems
  }
}
