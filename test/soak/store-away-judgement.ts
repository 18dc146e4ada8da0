import type { Answer } from './persistent-client.ts'
import { ALWAYS, NEVER, ROLES, type Role } from './store-away-cast.ts'

export type Answers = Readonly<Record<Role, readonly Answer[]>>

/** When things happened, by `performance.now`. */
export interface Moments {
  /** Before the store was told to crash, and when it had. */
  readonly crashAt: number
  readonly goneAt: number
  /** When memory was too old to be believed, at the latest. */
  readonly staleAt: number
  /** Before the store was started again. */
  readonly restartAt: number
  /** When all workers let registered clients in again. */
  readonly recoveredAt: number
  /** When the store had confirmed a change. */
  readonly confirmedAt: Readonly<Partial<Record<Role, number>>>
}

/** Everything that was answered as it may not be, one line each. */
export function findFaults(answers: Answers, moments: Moments): readonly string[] {
  const { crashAt, staleAt, restartAt, recoveredAt } = moments
  const isAnswered = ({ status }: Answer): boolean =>
    status === 200 || status === 401 || status === 503
  const isKnown = ({ sentAt }: Answer): boolean => sentAt < crashAt || sentAt > recoveredAt
  return [
    ...list('passed, and never may', NEVER, isPass),
    // Memory is too old by then, and nobody can tell who was suspended since.
    ...list('passed while the store was away for too long', ROLES, (answer) => {
      return isPass(answer) && answer.sentAt > staleAt && answer.sentAt < restartAt
    }),
    // Whoever lets anybody in again has read first what it missed.
    ...list('passed though suspended', ['suspended right before the crash'], (answer) => {
      return isPass(answer) && answer.sentAt > staleAt
    }),
    ...list('was refused though registered', ALWAYS, ({ status }) => status === 401),
    ...list('got 503 while the store was there', ROLES, (answer) => {
      return answer.status === 503 && isKnown(answer)
    }),
    ...list('was not answered as it should', ROLES, (answer) => !isAnswered(answer)),
  ]

  function list(
    what: string,
    roles: readonly Role[],
    isFault: (answer: Answer) => boolean,
  ): readonly string[] {
    return roles.flatMap((role) =>
      answers[role].filter(isFault).map(({ sentAt, status, text }) => {
        const at = Math.round(sentAt - crashAt)
        return `${role}: ${what}; ${at} ms from the crash: ${status} ${text}`
      }),
    )
  }
}

/**
 * How long changes took to be in force everywhere at the most, in milliseconds: until the last request that still passed.
 * What was changed right before the crash may have reached nobody: that has a rule of its own above.
 */
export function findSlowestEffect(answers: Answers, { confirmedAt }: Moments): number {
  const effects = ROLES.map((role) => {
    const from = confirmedAt[role]
    if (from === undefined || role === 'suspended right before the crash') return 0
    return Math.max(0, ...answers[role].filter(isPass).map(({ sentAt }) => sentAt - from))
  })
  return Math.max(...effects)
}

/** How often registered clients got in while the store was away: what is in memory goes on being used. */
export function countPassesAway(answers: Answers, { goneAt, staleAt }: Moments): number {
  return ALWAYS.flatMap((role) => answers[role]).filter(
    (answer) => isPass(answer) && answer.sentAt > goneAt && answer.sentAt <= staleAt,
  ).length
}

const isPass = ({ status }: Answer): boolean => status === 200
