import { UsageError } from '../exit.js'

/** A date, or a date and a time with its zone: without one, the answer would depend on the machine. */
const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/

/** Reads `--at`; a date alone is its first moment in UTC. Default: now. */
export function readTime(text: string | undefined): Date {
  if (text === undefined) return new Date()
  const time = TIME.test(text) ? new Date(text) : null
  if (time === null || Number.isNaN(time.getTime())) {
    throw new UsageError('--at is no time: write it as 2027-01-31 or 2027-01-31T12:00:00Z')
  }
  return time
}
