/**
 * How often the files are looked at, in milliseconds. Looking is a `stat` a file. It sees what the system's notifications
 * miss: network file systems, mounts of containers, links that change in a folder above.
 */
const INTERVAL = 150

/** Files must have been left alone for so long before they are read, in milliseconds: few writers write once. */
const QUIET_TIME = 200

/** Files that change all the time are read all the same, after so long. */
const LONGEST_WAIT = 1_000

/**
 * What can't be read may be half of a change: a key that belongs to a certificate not yet written, a file caught half-way.
 * Only what is still broken so long after the last write is reported.
 */
const PATIENCE = 1_000

/** And what changes all the time is reported after so long. */
const LONGEST_PATIENCE = 5_000

/**
 * What was reported is tried again though no file changes, after so long and then twice as long each time: a process out of
 * descriptors or memory, or a volume that hangs, leaves no mark on the files when it passes.
 */
const FIRST_RETRY = 2_000
const LONGEST_RETRY = 60_000

/** What is to be done with files that can't be used: read them again soon; report them; or nothing new, they were reported. */
export type Failure = 'early' | 'final' | 'known'

/** Decides when changed files are to be read. Times are in milliseconds, of any one clock. */
export interface Settling {
  /** How long until the next look, in milliseconds. */
  readonly pause: number
  /** Tells how the files are now; returns whether to read them. */
  observe(marks: string, now: number): boolean
  /** They were read and could be used. */
  accepted(marks: string): void
  /** They were read and can't be used. */
  failed(marks: string, now: number): Failure
  /** They are to be read again, changed or not. */
  force(): void
}

/** @param initial the marks of what is in force */
export function createSettling(initial: string): Settling {
  let settled: string | null = initial
  let seen = initial
  let firstAt: number | null = null
  let lastAt = 0
  let retryAt = Number.POSITIVE_INFINITY
  let retryPause = FIRST_RETRY
  return {
    get pause() {
      // A timer may come a little early.
      return firstAt === null ? INTERVAL : QUIET_TIME + 5
    },
    observe(marks, now) {
      if (marks === settled) {
        firstAt = null
        seen = marks
        return now >= retryAt
      }
      if (firstAt === null || marks !== seen) lastAt = now
      firstAt ??= now
      seen = marks
      return now - lastAt >= QUIET_TIME || now - firstAt >= LONGEST_WAIT
    },
    accepted(marks) {
      settled = marks
      firstAt = null
      retryAt = Number.POSITIVE_INFINITY
    },
    failed(marks, now) {
      // Read together with others than before: what counts is that they stay as they are.
      seen = marks
      const isKnown = marks === settled
      const isYoung = firstAt === null || now - firstAt < LONGEST_PATIENCE
      if (!isKnown && now - lastAt < PATIENCE && isYoung) return 'early'
      settled = marks
      firstAt = null
      retryPause = isKnown ? Math.min(LONGEST_RETRY, retryPause * 2) : FIRST_RETRY
      retryAt = now + retryPause
      return isKnown ? 'known' : 'final'
    },
    force() {
      settled = null
    },
  }
}
