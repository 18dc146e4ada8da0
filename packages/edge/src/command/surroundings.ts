import { resolve } from 'node:path'
import type { Environment } from '../configuration/index.js'

/** Where a command's words go; `process.stdout` is one. */
export interface WordStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** What surrounds a command; tests hand in their own. */
export interface Surroundings {
  readonly stdout: WordStream
  readonly stderr: WordStream
  readonly environment: Environment
  readonly workingDirectory: string
}

/** A process's own surroundings. */
export function describeProcess(): Surroundings {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    workingDirectory: process.cwd(),
  }
}

/**
 * Where the user stands. A package manager changes to the package's directory before it runs a script, and says in
 * `INIT_CWD` where it was called.
 */
export function standingDirectory({ environment, workingDirectory }: Surroundings): string {
  const { INIT_CWD } = environment
  return INIT_CWD || workingDirectory
}

/** A path from the command line, absolute. */
export function resolveFromUser(path: string, surroundings: Surroundings): string {
  return resolve(standingDirectory(surroundings), path)
}
