import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { runCommandLine } from '../dist/command/command-line.js'
import { ENVIRONMENT, FILES, GOOD } from './configuration-fixture.ts'

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url))

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** The working directory. */
  readonly cwd?: string
  readonly environment?: Readonly<Record<string, string>>
}

/** Runs the command line in this process. */
export async function runHere(argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { cwd = '/', environment = ENVIRONMENT } = options
  const words = { stdout: '', stderr: '' }
  const streamOf = (name: keyof typeof words) => ({
    write(text: string) {
      words[name] += text
    },
  })
  const code = await runCommandLine(argv, {
    stdout: streamOf('stdout'),
    stderr: streamOf('stderr'),
    environment,
    workingDirectory: cwd,
  })
  return { code, ...words }
}

/** Runs the program as its own process, with nothing of this process's environment. */
export function runProgram(argv: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const { cwd, environment = ENVIRONMENT } = options
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [PROGRAM, ...argv],
      { cwd, env: environment, timeout: 20_000 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
        resolve({ code, stdout, stderr })
      },
    )
  })
}

/** Writes a configuration and the files that it names to a directory that is removed after the test. */
export function writeConfiguration(
  t: Test,
  text: string = GOOD,
  more: Readonly<Record<string, string | Buffer>> = {},
): string {
  const tree: Record<string, string | Buffer | Record<string, string | Buffer>> = {
    'edge.yaml': text,
  }
  const certs: Record<string, string | Buffer> = {}
  for (const [path, content] of Object.entries(FILES)) {
    const value = typeof content === 'string' ? content : Buffer.from(content)
    if (path.startsWith('certs/')) certs[path.slice('certs/'.length)] = value
    else tree[path] = value
  }
  return t.testdir({ ...tree, certs, ...more })
}
