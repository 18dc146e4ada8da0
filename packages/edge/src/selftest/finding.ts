/** What became of a check. Only `fail` makes the selftest fail. */
export type Outcome = 'pass' | 'warn' | 'fail' | 'unknown'

/** What one check saw. */
export interface Finding {
  readonly outcome: Outcome
  /** In words, what was seen. */
  readonly seen: string
  /** What to do about it; null where nothing is to be done. */
  readonly mend: string | null
}

export const pass = (seen: string): Finding => ({ outcome: 'pass', seen, mend: null })

/** Nobody is refused for it, but it is worth a look. */
export const warn = (seen: string, mend: string): Finding => ({ outcome: 'warn', seen, mend })

export const fail = (seen: string, mend: string): Finding => ({ outcome: 'fail', seen, mend })

/** It could not be seen from here. */
export const unknown = (seen: string, mend: string | null = null): Finding => ({
  outcome: 'unknown',
  seen,
  mend,
})

/** The worst of several, in the order fail, warn, unknown, pass; the first of equals. */
export function worstOf(findings: readonly [Finding, ...Finding[]]): Finding {
  const [first, ...others] = findings
  return others.reduce(
    (worst, one) => (RANK[one.outcome] > RANK[worst.outcome] ? one : worst),
    first,
  )
}

const RANK = { pass: 0, unknown: 1, warn: 2, fail: 3 } satisfies Record<Outcome, number>
