import { readFileSync } from 'node:fs'
import type { ReadFile } from '../../configuration/files/named-files.js'
import {
  type EdgeConfiguration,
  type Environment,
  loadConfiguration,
} from '../../configuration/index.js'
import { readMark } from './file-mark.js'

/**
 * The configuration as bytes: what was read at one time. Whoever loads it gets the same, whatever happened to the files
 * since: a worker that is replaced while the files are broken goes on with what is in force. It holds secrets.
 */
export interface Snapshot {
  /** The configuration file, absolute. */
  readonly file: string
  /** By absolute path, the configuration file among them. */
  readonly contents: ReadonlyMap<string, Uint8Array>
  /** For the dates of certificates: what was valid when it was read is not refused later. Milliseconds since the epoch. */
  readonly readAt: number
}

/** Reads files, and remembers what it read and the mark that each file had right before. */
export class FileRecorder {
  readonly #contents = new Map<string, Uint8Array>()
  readonly #marks = new Map<string, string>()

  /** For `loadConfiguration`. */
  readonly readFile: ReadFile = (file) => {
    // Before the content: a change in between is then seen as one that is yet to be read.
    this.#marks.set(file, readMark(file))
    const bytes = readFileSync(file)
    this.#contents.set(file, bytes)
    return bytes
  }

  /** By absolute path; those too that could not be read. */
  get marks(): ReadonlyMap<string, string> {
    return this.#marks
  }

  takeSnapshot(file: string, readAt: Date): Snapshot {
    return { file, contents: this.#contents, readAt: readAt.getTime() }
  }
}

/**
 * Loads what a snapshot holds.
 *
 * @throws ConfigurationError where the environment is another one than when it was taken
 */
export function loadSnapshot(snapshot: Snapshot, environment: Environment): EdgeConfiguration {
  return loadConfiguration(snapshot.file, {
    environment,
    now: new Date(snapshot.readAt),
    readFile: (file) => {
      const bytes = snapshot.contents.get(file)
      if (bytes === undefined) throw new Error('not in the snapshot')
      return bytes
    },
  })
}
