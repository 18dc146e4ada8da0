import type { FetchKind } from './revocation/addresses.js'

/**
 * Where the verdict on a request came from: `connection`, it was known; `cache`, another connection of the same certificate
 * brought it; `decision`, it was made.
 */
export type VerdictOrigin = 'connection' | 'cache' | 'decision'

/** Is told what costs something, to count it. Must not throw. */
export interface VerifierObserver {
  /** Called for each request, and for each decision that a request had to wait for. */
  readonly onVerdict?: (origin: VerdictOrigin) => void
  /** An attempt to fetch revocation information has ended. */
  readonly onFetch?: (kind: FetchKind, result: 'fetched' | 'failed') => void
}

/** One address of revocation information, and how that is. */
export interface FetchedSource {
  readonly kind: FetchKind
  readonly address: string
  /** Of what was fetched last; `null` where nothing was. */
  readonly thisUpdate: Date | null
  readonly nextUpdate: Date | null
  /** When that was fetched. */
  readonly fetchedAt: Date | null
  /** Why the last attempt failed; `null` where it did not. What was fetched before it is in use as long as it holds. */
  readonly failure: FetchFailure | null
}

/** An address that can't be fetched from. */
export interface FetchFailure {
  /** In a few words, 200 characters at the most, without anything that was received but the names of hosts and issuers. */
  readonly reason: string
  /** Since when every attempt has failed. */
  readonly since: Date
  /** When the last one did. */
  readonly at: Date
}
