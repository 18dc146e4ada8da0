import type { RegistrationState } from '../records/state.js'

/**
 * What the request path sees of the registry: memory alone, synchronous, never a query.
 *
 * Answers go on being given while the store is away. Whether they may still be believed is what
 * `isFresh` says; the caller decides (the edge answers 503 where it needs a registration).
 */
export interface RegistryView {
  /**
   * The state of a certificate for one domain; `null` when the registry does not know it.
   *
   * @param domain - the custom domain's name, in any case
   * @param thumbprint - SHA-256 of the DER, 64 hex digits
   * @throws {TypeError} when the thumbprint has another form: a misspelt one must not pass for an unknown one
   */
  stateOf(domain: string, thumbprint: string): RegistrationState | null
  /** Grows with every change that took effect; verdicts cached under an older epoch are stale. */
  readonly epoch: number
  /** `false` once the store was away for longer than `maxStaleness`. */
  readonly isFresh: boolean
}

/** One certificate's new state; `null` when its entry was removed. */
export interface ChangedEntry {
  readonly domain: string
  readonly thumbprint: string
  readonly state: RegistrationState | null
}

/** Changes that took effect together. */
export interface RegistryChange {
  /** The view's epoch after them. */
  readonly epoch: number
  /** What changed, in order, or `reloaded` when the store was another one and everything was read anew. */
  readonly entries: readonly ChangedEntry[] | 'reloaded'
}
