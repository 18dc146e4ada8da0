import {
  type EdgeConfiguration,
  LARGE_LIST,
  type LoadOptions,
  loadConfiguration,
  readLargeListsAhead,
} from '../index.js'
import { FileRecorder } from './file-recorder.js'

/** Stands for a file that is yet to be read ahead. */
const NOTHING = new Uint8Array()

/**
 * Loads a configuration as `loadConfiguration` does, with large CRLs read a few milliseconds at a time. Which files there are is known
 * only once the configuration was read: where it names a large one that was not read ahead, it is read ahead, and all begins anew.
 *
 * @throws ConfigurationError with every problem at once
 */
export async function loadInSteps(
  file: string,
  options: Omit<LoadOptions, 'readFile'>,
  recorder: FileRecorder = new FileRecorder(),
): Promise<EdgeConfiguration> {
  for (;;) {
    await readLargeListsAhead(recorder.contentsAhead.values())
    const missing = new Set<string>()
    const readFile = (name: string): Uint8Array => {
      if (!recorder.wouldHold(name, LARGE_LIST)) return recorder.readFile(name)
      missing.add(name)
      return NOTHING
    }
    try {
      const configuration = loadConfiguration(file, { ...options, readFile })
      if (missing.size === 0) return configuration
    } catch (error) {
      // Problems of a configuration that lacks some of its files are none yet.
      if (missing.size === 0) throw error
    }
    await recorder.readAhead(missing)
  }
}
