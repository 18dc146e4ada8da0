/** The exit codes of every command. */
export const EXIT = {
  success: 0,
  /** The configuration has problems, a certificate would be refused, something failed. */
  problems: 1,
  /** The command line is wrong. */
  usage: 2,
} as const

/** Thrown by a command whose arguments can't be what is meant; `message` says what can. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
