import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { CORES } from '../stage/pinned-process.ts'
import type { Stage, StageFiles } from '../stage/stage.ts'

/** What a client of ours is to do; `ab` can do none of it. */
export type ClientTask =
  /** Opens connections with one request each: by full handshakes, or resuming one session. */
  | { readonly mode: 'full' | 'resumed'; readonly port: number; readonly connections: number }
  /** Sends requests with bodies of this size on kept connections. (`ab` waits 40 ms for an acknowledgement within each that is larger than a TLS record.) */
  | {
      readonly mode: 'bodies'
      readonly port: number
      readonly connections: number
      readonly requests: number
      readonly bytes: number
    }
  /** Sends requests at a fixed rate on kept connections. */
  | {
      readonly mode: 'rate'
      readonly port: number
      readonly connections: number
      readonly rate: number
      readonly seconds: number
    }
  /** Opens connections, each with one request, and keeps them open until it is told to end. */
  | { readonly mode: 'idle'; readonly port: number; readonly connections: number }

export type ClientSettings = ClientTask & { readonly files: StageFiles }

/** What it saw: for `rate`, the latencies in milliseconds. */
export interface ClientResult {
  readonly latencies: readonly number[]
}

const PROGRAM = fileURLToPath(new URL('./client.ts', import.meta.url))

/** Runs a client of ours to its end. */
export async function runClient(stage: Stage, task: ClientTask): Promise<ClientResult> {
  const client = await startClient(stage, task)
  return client.end()
}

/**
 * Starts a client on the core that is not the gateway's, and waits until it has done its task; connections of `idle` are open
 * then, until `end`.
 */
export async function startClient(
  stage: Stage,
  task: ClientTask,
): Promise<{ end(): Promise<ClientResult> }> {
  const settings: ClientSettings = { ...task, files: stage.files }
  const args = ['-c', String(CORES.rest), process.execPath, PROGRAM]
  const child = spawn('taskset', args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, BENCH_CLIENT: JSON.stringify(settings) },
  })
  const exited = once(child, 'exit')
  let output = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.endsWith('\n')) resolve()
    })
    child.once('exit', () => reject(new Error(`the client failed at ${task.mode}`)))
  })
  return {
    async end() {
      child.stdin.end()
      await exited
      return JSON.parse(output)
    },
  }
}
