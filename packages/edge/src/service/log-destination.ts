import { type DestinationStream, pino } from 'pino'

/** Standard output. */
const STDOUT = 1

/** Lines are written together once they are this many bytes: each write of its own costs as much as all other work of a line. */
const MIN_BYTES = 8_192

/** The longest that a line waits for others, in milliseconds. */
const MAX_WAIT = 20

/** pino's number for `warn`. */
const WARN = 40

/**
 * Standard output for lines of the log: written by a thread of its own, so that a reader that stalls holds no request up, and
 * gathered for at most {@link MAX_WAIT}. What is a warning or worse is written at once, with all before it; so is everything at
 * the end of the process, also by an error. A process that is killed takes its last lines along.
 */
export function openLogDestination(): DestinationStream {
  const output = pino.destination({
    dest: STDOUT,
    sync: false,
    minLength: MIN_BYTES,
    periodicFlush: MAX_WAIT,
  })
  const destination = {
    // Asks pino for the level of each line.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string): void {
      output.write(line)
      if (destination.lastLevel >= WARN) output.flush()
    },
  }
  return destination
}
