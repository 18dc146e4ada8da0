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

/** Decides when changed files are to be read. Times are in milliseconds, of any one clock. */
export interface Settling {
  /** Tells how the files are now; returns whether to read them. */
  observe(marks: string, now: number): boolean
  /** They were read and could be used. */
  accepted(marks: string): void
  /** They were read and can't be used; returns whether that is final, or they are to be read again soon. */
  failed(marks: string, now: number): boolean
  /** They are to be read again, changed or not. */
  force(): void
}

/** @param initial the marks of what is in force */
export function createSettling(initial: string): Settling {
  let settled: string | null = initial
  let seen = initial
  let firstAt: number | null = null
  let lastAt = 0
  return {
    observe(marks, now) {
      if (marks === settled) {
        firstAt = null
        seen = marks
        return false
      }
      if (firstAt === null || marks !== seen) lastAt = now
      firstAt ??= now
      seen = marks
      return now - lastAt >= QUIET_TIME || now - firstAt >= LONGEST_WAIT
    },
    accepted(marks) {
      settled = marks
      firstAt = null
    },
    failed(marks, now) {
      // Read together with others than before: what counts is that they stay as they are.
      seen = marks
      const isYoung = firstAt === null || now - firstAt < LONGEST_PATIENCE
      if (now - lastAt < PATIENCE && isYoung) return false
      settled = marks
      firstAt = null
      return true
    },
    force() {
      settled = null
    },
  }
}
