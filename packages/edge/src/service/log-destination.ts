import { type DestinationStream, pino } from 'pino'

/** Standard output. */
const STDOUT = 1

/** Lines are written together once they are this many characters: each write of its own costs more than all other work of a line. */
const ENOUGH = 16_000

/** The longest that a line waits for others, in milliseconds. */
const MAX_WAIT = 20

/** Lines that wait for a reader that stalls or a disk that is full, bytes: what comes beyond is lost, before all memory is taken. */
const MAX_HELD = 64 * 1024 * 1024

/** pino's number for `warn`. */
const WARN = 40

/**
 * Standard output for lines of the log: written by a thread of its own, so that a reader that stalls holds no request up, and
 * gathered for at most {@link MAX_WAIT}. What is a warning or worse is written at once, with all before it; so is everything at
 * the end of the process, also by an error. A process that is killed takes its last lines along. Where they can't be written, since a disk
 * is full, at most {@link MAX_HELD} wait for the next line that can; the process goes on, and its end waits for none of them.
 */
export function openLogDestination(): DestinationStream {
  // The stream could gather lines too, but measures all that it has with each one. And what it gathers while it writes it keeps until
  // there is enough, flushed or not: on a quiet night, for ever.
  const output = pino.destination({ dest: STDOUT, sync: false, minLength: 0, maxLength: MAX_HELD })
  let isFailing = false
  output.on('write', () => {
    isFailing = false
  })
  // Unheard, it would end the process.
  output.on('error', () => {
    isFailing = true
  })
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
  }
  // Before the stream's own listener, which ends it.
  process.prependListener('beforeExit', handOver)
  // Then no thread gets to write any more.
  process.prependListener('exit', () => {
    // The stream would try for ever.
    if (isFailing) output.destroy()
    else if (lines.length > 0) pino.destination({ dest: STDOUT, sync: true }).write(lines.join(''))
  })
  return destination
}
