import type { SqlFeed, SqlRow, SqlValue } from './database.js'
import { readBytes, readInteger, readText } from './row.js'
import type { SqliteConnection } from './sqlite-connection.js'

// SQLite takes about a millisecond for a page, and nothing else happens in the process meanwhile.
const PAGE = 500
// The index on these three has all that is asked for.
const PAGE_QUERY = `select domain, state, thumbprint from mtls_edge_registration
  where (domain, state, thumbprint) > (?, ?, ?) order by domain, state, thumbprint limit ?`

/** A reading connection that follows what other connections write. */
export class SqliteFeed implements SqlFeed {
  readonly #connection: SqliteConnection
  #version: number | null = null

  constructor(connection: SqliteConnection) {
    this.#connection = connection
  }

  async query(sql: string, parameters?: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return await this.#connection.query(sql, parameters)
  }

  /** @see https://www.sqlite.org/pragma.html#pragma_data_version */
  async mayHaveChanged(): Promise<boolean> {
    if (!(await this.#connection.isCurrent())) throw new Error('another file stands in its place')
    const [row] = await this.#connection.query('pragma data_version')
    const version = row === undefined ? null : readInteger(row, 'data_version')
    const changed = version !== this.#version
    this.#version = version
    return changed
  }

  async *scan(): AsyncGenerator<readonly SqlRow[]> {
    let last: readonly SqlValue[] = ['', '', new Uint8Array()]
    for (;;) {
      const rows = await this.query(PAGE_QUERY, [...last, PAGE])
      const row = rows.at(-1)
      if (row === undefined) return
      yield rows
      last = [readText(row, 'domain'), readText(row, 'state'), readBytes(row, 'thumbprint')]
    }
  }

  async close(): Promise<void> {
    this.#connection.close()
  }
}
