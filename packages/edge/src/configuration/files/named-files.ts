import { resolve } from 'node:path'
import type { Place } from '../place.js'

export type ReadFile = (file: string) => Uint8Array

/** A file of the configuration, read. */
export interface NamedFile {
  /** Absolute. */
  readonly file: string
  /** For messages: the path as it stands in the configuration. */
  readonly shown: string
  readonly bytes: Uint8Array
}

/** A path has a dot or a slash; an API key that was written where its file's name is wanted has neither. */
const LOOKS_LIKE_A_KEY = /^[\w+=-]{24,}$/

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'which does not exist',
  ENOTDIR: 'which does not exist',
  EACCES: 'which this user may not read',
  EPERM: 'which this user may not read',
  EISDIR: 'which is a directory',
}

/** Reads the files that a configuration names, each one once. */
export class NamedFiles {
  readonly #directory: string
  readonly #readFile: ReadFile
  readonly #read = new Map<string, Uint8Array | Error>()

  /** @param directory where relative paths begin: the configuration file's own directory */
  constructor(directory: string, readFile: ReadFile) {
    this.#directory = directory
    this.#readFile = readFile
  }

  /** Absolute paths of all files asked for so far. */
  get names(): readonly string[] {
    return [...this.#read.keys()]
  }

  resolve(path: string): string {
    return resolve(this.#directory, path)
  }

  /** Reads a file that must be there and not be empty; reports at the place where its name stands. */
  read(path: string, place: Place): NamedFile | null {
    const file = this.resolve(path)
    const shown = LOOKS_LIKE_A_KEY.test(path) ? 'a file' : place.written || path
    // The resolved path would show what a variable holds.
    const where = place.written === path && shown === path ? file : 'the path'
    const bytes = this.#readOnce(file)
    if (bytes instanceof Error) {
      const reason = REASONS[codeOf(bytes)] ?? 'which cannot be read'
      return place.error(
        `names ${shown}, ${reason}`,
        codeOf(bytes) === 'EACCES'
          ? `let the user that the edge runs as read ${where}`
          : `put the file at ${where}, or correct the path (relative ones begin beside the configuration file)`,
      )
    }
    if (bytes.length === 0) {
      return place.error(`names ${shown}, which is empty`, `write the content to ${where}`)
    }
    return { file, shown, bytes }
  }

  #readOnce(file: string): Uint8Array | Error {
    let result = this.#read.get(file)
    if (result === undefined) {
      try {
        result = this.#readFile(file)
      } catch (error) {
        result = error instanceof Error ? error : new Error('unreadable', { cause: error })
      }
      this.#read.set(file, result)
    }
    return result
  }
}

/** The system's code of an error (`ENOENT`), or an empty string. */
export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}
