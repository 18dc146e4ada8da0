import { type EdgeConfiguration, type Environment, loadConfiguration } from '../index.js'

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
