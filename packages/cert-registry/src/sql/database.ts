/** What both databases take as a parameter. Times are milliseconds since 1970. */
export type SqlValue = string | number | Uint8Array | null

/** A row as the database's client hands it over; `row.ts` reads it. */
export type SqlRow = Readonly<Record<string, unknown>>

/** Somewhere to send SQL to. Parameters are written `?`, in order, in the one dialect that both databases share. */
export interface SqlSession {
  query(sql: string, parameters?: readonly SqlValue[]): Promise<readonly SqlRow[]>
}

/** A connection of its own that follows the changes of others. */
export interface SqlFeed extends SqlSession {
  /** Tells whether anything can have changed since it was asked last. Rejects when the store is away. */
  mayHaveChanged(): Promise<boolean>
  /** Reads `domain`, `state` and `thumbprint` of all entries, in no order, a page at a time. */
  scan(): AsyncIterable<readonly SqlRow[]>
  close(): Promise<void>
}

/**
 * A database: the one thing that differs between the stores.
 *
 * Everything rejects with `FST_CERT_REGISTRY_UNAVAILABLE` when the database cannot be reached.
 */
export interface SqlDatabase extends SqlSession {
  readonly kind: 'sqlite' | 'postgresql'
  /** How often, in milliseconds, a feed is asked whether anything changed. */
  readonly pollInterval: number
  /** Runs `work` with no other writer beside it, in this process or another: all of it or nothing. */
  transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T>
  /** @param wake - called as soon as it is known that something changed or that the connection is lost */
  openFeed(wake: () => void): Promise<SqlFeed>
  close(): Promise<void>
}
