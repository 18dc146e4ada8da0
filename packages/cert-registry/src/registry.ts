import type { RegistryStore } from './store.js'
import type { RegistryChange, RegistryView } from './view/view.js'

/** Where log lines go; a pino logger fits. */
export interface RegistryLogger {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

/** Options of `openRegistryStore`. */
export interface StoreOptions {
  /** Wall clock for the audit trail. Default `new Date()`. */
  readonly now?: () => Date
  /** No migration and no writing: changes reject with FST_CERT_REGISTRY_READ_ONLY. Default `false`. */
  readonly readOnly?: boolean
  /** Default: nothing is logged. */
  readonly logger?: RegistryLogger
}

/** Options of `openRegistry`. */
export interface RegistryOptions extends StoreOptions {
  /** For how long, in milliseconds, memory is believed while the store is away. Default 300,000 (5 minutes). */
  readonly maxStaleness?: number
  /** A clock that only goes forward, in milliseconds. Default `performance.now`. */
  readonly clock?: () => number
}

/** What `/readyz` wants to know. */
export interface RegistryStatus {
  readonly kind: 'sqlite' | 'postgresql'
  /** The file, or the server and database, without user and password. */
  readonly location: string
  readonly isConnected: boolean
  readonly isFresh: boolean
  /** Since when `isConnected` is what it is. */
  readonly since: Date
  /** Milliseconds since the store last answered. */
  readonly staleness: number
  readonly entries: number
  readonly epoch: number
  /** Why the store is away; `null` while it is there. */
  readonly problem: string | null
}

/** An open registry: the store, and the view of it in memory that follows it. */
export interface Registry {
  readonly view: RegistryView
  readonly store: RegistryStore
  /** Calls `listener` after changes took effect. Returns the function that ends this. */
  onChange(listener: (change: RegistryChange) => void): () => void
  status(): RegistryStatus
  close(): Promise<void>
}
