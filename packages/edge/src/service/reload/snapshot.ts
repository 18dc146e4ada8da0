import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import type { ReadFile } from '../../configuration/files/named-files.js'
import {
  type EdgeConfiguration,
  type Environment,
  loadConfiguration,
} from '../../configuration/index.js'
import { readMark, readMarks } from './file-mark.js'

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
  readonly #ahead = new Map<string, { readonly mark: string; readonly bytes: Uint8Array }>()

  /** For `loadConfiguration`. */
  readonly readFile: ReadFile = (file) => {
    const ahead = this.#ahead.get(file)
    // Before the content: a change in between is then seen as one that is yet to be read.
    this.#marks.set(file, ahead?.mark ?? readMark(file))
    const bytes = ahead?.bytes ?? readFileSync(file)
    this.#contents.set(file, bytes)
    return bytes
  }

  /**
   * Reads files without holding the process up, so that {@link readFile} has them at hand; those are left out that can't be
   * read, which it will tell. What is as it was in `previous` is the very same object, so that it is in memory once.
   *
   * @returns their contents
   */
  async readAhead(files: Iterable<string>, previous: FileRecorder): Promise<readonly Uint8Array[]> {
    const names = [...files]
    const marks = await readMarks(names)
    const contents = await Promise.all(names.map((file) => readFile(file).catch(() => null)))
    for (const [index, file] of names.entries()) {
      const bytes = contents[index] ?? null
      if (bytes === null) continue
      const before = previous.#contents.get(file)
      const isSame = before !== undefined && (await isEqual(before, bytes))
      this.#ahead.set(file, { mark: marks[index] ?? '', bytes: isSame ? before : bytes })
    }
    return [...this.#ahead.values()].map(({ bytes }) => bytes)
  }

  /** By absolute path; those too that could not be read. */
  get marks(): ReadonlyMap<string, string> {
    return this.#marks
  }

  takeSnapshot(file: string, readAt: Date): Snapshot {
    return { file, contents: this.#contents, readAt: readAt.getTime() }
  }
}

/** About 0.1 ms of comparing. */
const COMPARED_AT_ONCE = 1024 * 1024

async function isEqual(one: Uint8Array, other: Uint8Array): Promise<boolean> {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at += COMPARED_AT_ONCE) {
    const part = (bytes: Uint8Array) => bytes.subarray(at, at + COMPARED_AT_ONCE)
    if (Buffer.compare(part(one), part(other)) !== 0) return false
    if (at > 0) await setImmediate()
  }
  return true
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
