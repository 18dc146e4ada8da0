import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, openSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** How the edge is started. */
export interface EdgeProcessOptions {
  /** The edge's program: a file for Node. */
  readonly program: string
  readonly configFile: string
  /** Everything that the edge prints is written there too. */
  readonly logFile: string
}

/** An edge that is starting, or runs. */
export interface EdgeProcess {
  /** 0 where the system could not start it. */
  readonly pid: number
  /** Settles with the port that it says it listens on; rejects with {@link EdgeStartError}. */
  readonly ready: Promise<number>
  /** Settles when the process has ended, with what it ended by. */
  readonly ended: Promise<string>
  /** The last lines that it printed. */
  lastLines(): readonly string[]
  /** Asks it to stop, and ends it where it does not. */
  stop(): Promise<void>
  /** Ends it at once, for a process that is ending itself. */
  kill(): void
}

/** The edge could not be started, or ended before it was ready. */
export class EdgeStartError extends Error {
  override readonly name = 'EdgeStartError'
}

const LINES_KEPT = 20

// Loading and compiling everything takes under a second; the rest is for a busy machine.
const START_TIMEOUT = 30_000

// The edge drains when it is told to stop. The demo leaves nothing in flight.
const STOP_TIMEOUT = 5_000

/**
 * The program of the edge package, as it is shipped.
 *
 * @throws where the package is not there.
 */
export function findEdgeProgram(): string {
  return fileURLToPath(new URL('../program/main.js', import.meta.resolve('@mtls-edge/edge')))
}

/** Starts the edge as its own process. It is ready when it logs `{"event":"ready","port":...}`. */
export function spawnEdge(options: EdgeProcessOptions): EdgeProcess {
  const arguments_ = [options.program, 'start', '--config', options.configFile]
  const child = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'pipe'] })
  const printed = new PassThrough()
  child.stdout.pipe(printed, { end: false })
  child.stderr.pipe(printed, { end: false })
  printed.pipe(createWriteStream('', { fd: openSync(options.logFile, 'w', 0o600) }))

  const reader = createInterface({ input: printed })
  const lines: string[] = []
  reader.on('line', (line) => {
    lines.push(line)
    if (lines.length > LINES_KEPT) lines.shift()
  })
  const ended = waitForEnd(child, printed, reader)
  return {
    pid: child.pid ?? 0,
    ready: waitUntilReady(reader, ended),
    ended,
    lastLines: () => [...lines],
    kill: () => child.kill('SIGKILL'),
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT)
      child.kill('SIGTERM')
      await ended
      clearTimeout(timer)
    },
  }
}

async function waitForEnd(
  child: ChildProcess,
  printed: PassThrough,
  reader: Interface,
): Promise<string> {
  const cause = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('close', (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`}`))
  })
  const read = once(reader, 'close')
  printed.end()
  await read
  return cause
}

async function waitUntilReady(reader: Interface, ended: Promise<string>): Promise<number> {
  const ready = new Promise<number>((resolve) => {
    reader.on('line', (line) => {
      const port = readReadyPort(line)
      if (port !== null) resolve(port)
    })
  })
  const late = once(AbortSignal.timeout(START_TIMEOUT), 'abort')
  const outcome = await Promise.race([
    ready,
    ended,
    late.then(() => `was not ready in ${START_TIMEOUT / 1000} s`),
  ])
  if (typeof outcome === 'string') throw new EdgeStartError(`the edge ${outcome}`)
  return outcome
}

function readReadyPort(line: string): number | null {
  if (!line.startsWith('{')) return null
  try {
    const entry: unknown = JSON.parse(line)
    if (typeof entry !== 'object' || entry === null) return null
    const { event, port } = { event: undefined, port: undefined, ...entry }
    return event === 'ready' && typeof port === 'number' ? port : null
  } catch {
    return null
  }
}
