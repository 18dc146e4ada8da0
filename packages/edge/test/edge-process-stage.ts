import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { RecordingUpstream } from '@mtls-edge/testkit'
import type { Test } from 'tap'
import { parse, stringify } from 'yaml'
import { type Domain, writeStageFiles } from './edge-stage.ts'

export const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url))

const START = [MAIN, 'start', '--config']

/** More than anything here takes on a busy machine. */
const PATIENCE = 60_000

type Line = Readonly<Record<string, unknown>>

/** An edge as a process of its own. */
export interface EdgeProcessStage {
  readonly child: ChildProcess
  readonly port: number
  readonly healthPort: number
  /** 0 where the configuration has no `admin`. */
  readonly adminPort: number
  readonly upstream: RecordingUpstream
  /** Where its configuration is: `edge.yaml` and what it names. */
  readonly directory: string
  /** Everything that it printed so far. */
  output(): string
  /** The next line of this event that was not handed out before. */
  nextLine(event: string): Promise<Line>
  readyz(): Promise<{ readonly status: number; readonly body: Line }>
  /** Writes the configuration file anew. */
  configure(change: (configuration: Configuration) => object): Promise<void>
}

export interface Configuration {
  readonly workers: number
  readonly domains: readonly Domain[]
  readonly [key: string]: unknown
}

export interface StageOptions {
  /** Default: 1. */
  readonly workers?: number
  readonly change?: (domain: Domain) => object
  /** Beside `domains`. */
  readonly settings?: object
  /** More files in the folder of the configuration. */
  readonly files?: Readonly<Record<string, string>>
  /** What runs with the path of the configuration as its last argument. Default: `mtls-edge start`. */
  readonly program?: readonly string[]
}

/** Starts it, with its configuration in a folder of its own. */
export async function startProcessStage(
  t: Test,
  { workers = 1, change, settings = {}, files = {}, program = START }: StageOptions = {},
): Promise<EdgeProcessStage> {
  const { file, upstream } = await writeStageFiles(t, change, {
    settings: { workers, ...settings },
    files,
  })
  const configure = async (edit: (configuration: Configuration) => object): Promise<void> =>
    writeFile(file, stringify(edit(parse(await readFile(file, 'utf8')))))
  const child = spawn(process.execPath, [...program, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const log = collect(child)
  const ready = await log.nextLine('ready')
  const healthPort = Number(ready.healthPort)
  return {
    child,
    port: Number(ready.port),
    healthPort,
    adminPort: Number(ready.adminPort ?? 0),
    upstream,
    directory: dirname(file),
    configure,
    ...log,
    async readyz() {
      const response = await fetch(`http://127.0.0.1:${healthPort}/readyz`)
      const body: Line = JSON.parse(await response.text())
      return { status: response.status, body }
    },
  }
}

/** Where a file of the configuration is. */
export const fileOf = (stage: EdgeProcessStage, name: string): string => join(stage.directory, name)

function collect(child: ChildProcess): Pick<EdgeProcessStage, 'output' | 'nextLine'> {
  const printed: string[] = []
  const waiting: Line[] = []
  const arrivals = new EventEmitter()
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue
    createInterface({ input: stream }).on('line', (text) => {
      printed.push(text)
      if (text.startsWith('{')) waiting.push(JSON.parse(text))
      arrivals.emit('line')
    })
  }
  return {
    output: () => printed.join('\n'),
    async nextLine(event) {
      const signal = AbortSignal.timeout(PATIENCE)
      for (;;) {
        const index = waiting.findIndex((line) => line.event === event)
        const [line] = index === -1 ? [] : waiting.splice(index, 1)
        if (line !== undefined) return line
        await once(arrivals, 'line', { signal }).catch(() => {
          throw new Error(`no ${event} in:\n${printed.join('\n')}`)
        })
      }
    },
  }
}

/** Resolves when nobody listens there any more: a process that was ended takes a moment to be gone. */
export async function waitUntilRefused(port: number): Promise<void> {
  const deadline = performance.now() + PATIENCE
  while ((await codeOfConnecting(port)) !== 'ECONNREFUSED') {
    if (performance.now() > deadline) throw new Error('somebody listens still')
  }
}

function codeOfConnecting(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
    socket.once('connect', () => {
      socket.destroy()
      resolve('')
    })
  })
}
