import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CORES } from '../stage/pinned-process.ts'
import { ALIAS, type Stage } from '../stage/stage.ts'

const run = promisify(execFile)

/** What `ab` is to send. */
export interface Load {
  readonly requests: number
  /** Ends it after so many seconds, however many requests were done. Default: no end but theirs. */
  readonly seconds?: number
  readonly concurrency: number
  /** Whether connections are kept; else each request has one of its own, and a full handshake. */
  readonly isKept: boolean
}

/** What it saw. */
export interface LoadResult {
  readonly requestsPerSecond: number
}

const TOKEN_REQUEST =
  'grant_type=client_credentials&client_id=0123456789abcdef0123456789abcdef&audience=https%3A%2F%2Fapi.example.com%2Faccounts'

/** Drives a gateway with the stage's client certificate, from the core that is not the gateway's. */
export async function runAb(stage: Stage, port: number, load: Load): Promise<LoadResult> {
  const body = stage.write('token-request.txt', TOKEN_REQUEST)
  const args = ['-c', String(CORES.rest), 'ab', '-q', '-l', '-r', '-s', '60']
  // In this order: `-t` sets a number of its own.
  if (load.seconds !== undefined) args.push('-t', String(load.seconds))
  args.push('-n', String(load.requests), '-c', String(load.concurrency))
  if (load.isKept) args.push('-k')
  args.push('-E', stage.files.clientAll, '-p', body, '-T', 'application/x-www-form-urlencoded')
  args.push(`https://${ALIAS}:${port}/oauth/token`)
  const { stdout } = await run('taskset', args)
  const complete = figureIn(stdout, /^Complete requests:\s+(\d+)/m)
  const failed = figureIn(stdout, /^Failed requests:\s+(\d+)/m)
  const refused = figureIn(stdout, /^Non-2xx responses:\s+(\d+)/m)
  const errors = figureIn(stdout, /^SSL errors:\s+(\d+)/m)
  const isShort = complete < (load.seconds === undefined ? load.requests : 1)
  if (isShort || failed + refused + errors > 0)
    throw new Error(`ab had ${failed} failures and ${refused} refusals:\n${stdout}`)
  return { requestsPerSecond: figureIn(stdout, /^Requests per second:\s+([\d.]+)/m) }
}

function figureIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? 0)
}
