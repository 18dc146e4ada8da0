import pg from 'pg'
import type { SqlDatabase, SqlFeed, SqlRow, SqlSession, SqlValue } from './database.js'
import { postgresSql, postgresTypes } from './postgres-dialect.js'
import { openPostgresFeed } from './postgres-feed.js'
import { asUnavailable } from './unavailable.js'

const POLL_INTERVAL_MS = 500
const CONNECT_TIMEOUT_MS = 5000
const QUERY_TIMEOUT_MS = 30_000
// A few are enough: the request path never asks the database.
const POOL_SIZE = 4
// Without statistics, which a table that was just filled has not, PostgreSQL would rather gather and sort a million rows than
// walk along the index that has them in order: a second and a half a window instead of 20 ms.
const PLANNER = 'set enable_bitmapscan = off'
// A writer that was stopped half-way must not keep all others waiting for ever. One writer at a time: audit lines then become visible in the order of their sequence, and a reader
// that has seen one has seen all before it. Told apart by schema, so that registries in one database don't wait for each other.
const BEGIN = `begin;
  set local lock_timeout = '10s';
  set local idle_in_transaction_session_timeout = '60s';
  select pg_advisory_xact_lock(hashtext('mtls-edge registry'), hashtext(current_schema()))`

/** Opens a PostgreSQL database, or rejects when it does not answer. */
export async function openPostgres(url: string): Promise<SqlDatabase> {
  const database = new PostgresDatabase(url)
  try {
    await database.query('select 1')
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

class PostgresDatabase implements SqlDatabase {
  readonly kind = 'postgresql'
  readonly pollInterval = POLL_INTERVAL_MS
  readonly #url: string
  readonly #pool: pg.Pool

  constructor(url: string) {
    this.#url = url
    this.#pool = new pg.Pool({
      connectionString: url,
      application_name: 'mtls-edge registry',
      max: POOL_SIZE,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
      allowExitOnIdle: true,
      types: postgresTypes,
      onConnect: async (client) => void (await client.query(PLANNER)),
    })
    // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
    this.#pool.on('error', () => undefined)
    // The pool takes its own listener off a connection that it hands out: one that breaks in the middle of a transaction
    // would end the process too. What it was doing rejects.
    this.#pool.on('connect', (client) => client.on('error', () => undefined))
  }

  async query(sql: string, parameters: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    try {
      const result = await this.#pool.query<SqlRow>(postgresSql(sql), [...parameters])
      return result.rows
    } catch (error) {
      throw asUnavailable(error)
    }
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    let client: pg.PoolClient
    try {
      client = await this.#pool.connect()
    } catch (error) {
      throw asUnavailable(error)
    }
    try {
      await client.query(BEGIN)
      const result = await work(sessionOf(client))
      await client.query('commit')
      client.release()
      return result
    } catch (error) {
      // A connection that does not even roll back is not fit to be used again.
      const broken = await client.query('rollback').then(
        () => false,
        () => true,
      )
      client.release(broken)
      throw asUnavailable(error)
    }
  }

  async openFeed(wake: () => void): Promise<SqlFeed> {
    return await openPostgresFeed(this.#url, wake)
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}

function sessionOf(client: pg.PoolClient): SqlSession {
  return {
    query: async (sql, parameters = []) => {
      const result = await client.query<SqlRow>(postgresSql(sql), [...parameters])
      return result.rows
    },
  }
}
