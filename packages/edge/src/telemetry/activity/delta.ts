import type { FetchedAddress } from './fetched-addresses.js'
import { emptyCounts } from './histogram.js'

/** How many of what there were. */
export interface Tally {
  readonly caVerified: number
  readonly selfSigned: number
  readonly none: number
  readonly refused: number
  readonly handshakesRefused: number
  readonly requests: number
  /** Answers with 5xx. */
  readonly errors: number
}

/** A request that the edge itself answered, or a handshake that it ended. */
export interface Refusal {
  /** ISO 8601. */
  readonly at: string
  readonly kind: 'request' | 'handshake'
  readonly reason: string
  readonly detail: string | null
  readonly domain: string | null
  readonly host: string | null
  readonly path: string | null
  readonly status: number | null
  readonly thumbprint: string | null
  readonly subject: string | null
  readonly issuer: string | null
  readonly remoteAddress: string | null
}

/** What happened in one process since it told the last time. Bounded, however much happened. */
export interface ActivityDelta {
  readonly tally: Tally
  readonly reasons: Readonly<Record<string, number>>
  /** The latest ones, the newest last. */
  readonly refusals: readonly Refusal[]
  /** By the buckets of `histogram.ts`. */
  readonly edge: readonly number[]
  readonly auth0: readonly number[]
  readonly connections: { readonly open: number; readonly handshaking: number }
  /** Where revocation information comes from; `null` where it was not looked at this time. */
  readonly fetched: readonly FetchedAddress[] | null
}

/** A delta that is being gathered. */
export interface Gathering extends Omit<ActivityDelta, 'connections' | 'fetched'> {
  readonly tally: { -readonly [Key in keyof Tally]: number }
  readonly reasons: Record<string, number>
  readonly refusals: Refusal[]
  readonly edge: number[]
  readonly auth0: number[]
}

export const emptyTally = (): Gathering['tally'] => ({
  caVerified: 0,
  selfSigned: 0,
  none: 0,
  refused: 0,
  handshakesRefused: 0,
  requests: 0,
  errors: 0,
})

export const startGathering = (): Gathering => ({
  tally: emptyTally(),
  reasons: {},
  refusals: [],
  edge: emptyCounts(),
  auth0: emptyCounts(),
})

/** Adds numbers by their names. */
export function addNumbers<Key extends string>(
  to: Record<Key, number>,
  numbers: Readonly<Record<Key, number>>,
): void {
  for (const key in numbers) to[key] = (to[key] ?? 0) + numbers[key]
}
