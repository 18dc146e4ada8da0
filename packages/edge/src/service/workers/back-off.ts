const SHORTEST = 100
const LONGEST = 10_000

/** A worker that lived for so long has not died of its start, in milliseconds. */
const LONG_LIFE = 10_000

/**
 * How long to wait before a worker is replaced, in milliseconds: hardly at all for the first one, then twice as long each
 * time, since a worker that dies of its start would keep a processor busy with starting.
 *
 * @param deaths how many in a row, from 1
 */
export const restartDelay = (deaths: number): number =>
  Math.min(LONGEST, SHORTEST * 2 ** (deaths - 1))

/** Counts deaths in a row. */
export const countDeaths = (before: number, lifetime: number): number =>
  lifetime >= LONG_LIFE ? 1 : before + 1
