import type { DestinationStream } from 'pino'
import { createLogWriter } from './log-writer.js'

/** Standard output. */
const STDOUT = 1

/** Lines are written together once they are this many characters: each write of its own costs more than all other work of a line. */
const ENOUGH = 16_000

/** The longest that a line waits for others, in milliseconds. */
const MAX_WAIT = 20

/** pino's number for `warn`. */
const WARN = 40

/** Where lines of the log go. */
export interface LogDestination extends DestinationStream {
  /** Calls back when all lines are written, and in any case soon: see {@link createLogWriter}. */
  flush(done: () => void): void
}

/**
 * Standard output for lines of the log: written by a thread of its own, so that a reader that stalls holds no request up, and
 * gathered for at most {@link MAX_WAIT}. What is a warning or worse is written at once, with all before it; so is everything at
 * the end of the process, also by an error. A process that is killed takes its last lines along. Where they can't be written, since nobody
 * reads or a disk is full, a bounded number waits; the process goes on, and ends without them.
 */
export function openLogDestination(): LogDestination {
  const output = createLogWriter(STDOUT)
  let lines: string[] = []
  let length = 0
  // Only while lines wait: a timer that goes on for ever wakes an idle process fifty times a second.
  let timer: NodeJS.Timeout | null = null

  function handOver(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (lines.length === 0) return
    output.write(lines.join(''))
    lines = []
    length = 0
  }

  const destination = {
    // Asks pino for the level of each line.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      lines.push(line)
      length += line.length
      if (length >= ENOUGH || destination.lastLevel >= WARN) handOver()
      else timer ??= setTimeout(handOver, MAX_WAIT).unref()
    },
    flush(done: () => void): void {
      handOver()
      output.flush(done)
    },
  }
  // Nothing else is waiting for the end. Once: what can't be written would keep the process alive by being tried again.
  process.once('beforeExit', () => {
    handOver()
    output.flush(() => {}, Number.POSITIVE_INFINITY)
  })
  process.on('exit', () => output.end(lines.join('')))
  return destination
}
