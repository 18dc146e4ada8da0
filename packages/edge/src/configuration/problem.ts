/** What is wrong, or doubtful, at one place of a configuration file. Nothing in it holds a secret. */
export interface Problem {
  readonly severity: 'error' | 'warning'
  /** The configuration file, absolute. */
  readonly file: string
  /** From 1. Where the key is missing: the map that it is missing from. */
  readonly line: number
  /** From 1. */
  readonly column: number
  /** The key's path, such as `domains[0].auth0.cnameApiKey`; empty for the file as a whole. */
  readonly path: string
  /** What is wrong. */
  readonly message: string
  /** How to mend it. */
  readonly mend: string
}

/**
 * Thrown where a configuration can't be used: every problem at once.
 *
 * `message` has them all, one a line, and no secret.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly code = 'FST_MTLS_EDGE_CONFIGURATION'
  /** One at least, in the order of the file. */
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]

  constructor(problems: readonly Problem[], warnings: readonly Problem[]) {
    super(problems.map(describeProblem).join('\n'))
    this.problems = problems
    this.warnings = warnings
  }
}

/** Writes a problem in one line: `file:line:column: path: message; mend`. */
export function describeProblem(problem: Problem): string {
  const { file, line, column, path, message, mend } = problem
  const subject = path === '' ? message : `${path}: ${message}`
  return `${file}:${line}:${column}: ${subject}; ${mend}`
}
