import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { isListening } from './listening.ts'

/** Cores by what runs there: what is measured has one to itself, so that nothing of ours takes its time. */
export const CORES = { gateway: 0, rest: 1 } as const

/** From the start of a process until it listens, in milliseconds. */
const START_TIMEOUT = 60_000
/** From the signal to the end, in milliseconds. */
const STOP_TIMEOUT = 10_000

/** A program that listens on a port of 127.0.0.1. */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly port: number
  /** Where everything goes that it prints. */
  readonly logFile: string
  /** Default: all of this process's. */
  readonly environment?: Readonly<Record<string, string>>
  /** Cores that it may run on, as taskset writes them. Default: any. */
  readonly cores?: string
}

/** It runs, and listens. */
export interface RunningProgram {
  readonly pid: number
  readonly port: number
  stop(): Promise<void>
}

/** Starts a program and waits until it listens. */
export async function startProgram(program: Program): Promise<RunningProgram> {
  const { child, stop } = launch(program)
  const deadline = performance.now() + START_TIMEOUT
  while (!(await isListening(program.port))) {
    const ended = child.exitCode !== null || child.signalCode !== null
    if (ended || performance.now() > deadline) {
      await stop()
      throw new Error(
        `${program.command} does not listen: ${readFileSync(program.logFile, 'utf8')}`,
      )
    }
    await setTimeout(10)
  }
  return { pid: child.pid ?? 0, port: program.port, stop }
}

/** Starts a program without waiting for it. */
export function launch(program: Program): { child: ChildProcess; stop(): Promise<void> } {
  const { command, args, cores } = program
  const isPinned = cores !== undefined && cpus().length > 1
  const [file, list] = isPinned ? ['taskset', ['-c', cores, command, ...args]] : [command, args]
  const log = openSync(program.logFile, 'a', 0o600)
  const child = spawn(file, list, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...program.environment },
  })
  const ended = once(child, 'exit')
  return {
    child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      const isGone = await Promise.race([ended.then(() => true), setTimeout(STOP_TIMEOUT, false)])
      if (!isGone) child.kill('SIGKILL')
      await ended
    },
  }
}
