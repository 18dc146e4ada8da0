import pg from 'pg'
import type { SqlFeed, SqlRow } from './database.js'
import { postgresSql, postgresTypes } from './postgres-dialect.js'
import { asUnavailable } from './unavailable.js'

/** The channel that every change is announced on; the payload is empty, what changed is read from the trail. */
export const CHANNEL = 'mtls_edge_registry'
const CONNECT_TIMEOUT_MS = 5000
// The store is taken for away when it does not answer for this long: a connection can be dead without an error.
const QUERY_TIMEOUT_MS = 5000
// Tables that were just filled have no statistics yet; the trail must be read by its index all the same.
const PLANNER = 'set enable_seqscan = off; set enable_bitmapscan = off'
// What has arrived is parsed in one turn of the event loop.
const PAGE = 1000
// A cursor lets PostgreSQL read the table in the order in which it lies on the disk. Pages by key would jump about in it,
// for as long as autovacuum has not been there: three times as long for a million.
const BEGIN_SCAN = `begin transaction read only;
  set local enable_seqscan = on;
  set local cursor_tuple_fraction = 1;
  declare entries no scroll cursor for
    select domain, state, thumbprint from mtls_edge_registration`

/** Opens a connection that listens for changes. `wake` is called for each, and when the connection ends. */
export async function openPostgresFeed(url: string, wake: () => void): Promise<SqlFeed> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'mtls-edge registry feed',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    types: postgresTypes,
  })
  let isLost = false
  const lose = () => {
    isLost = true
    wake()
  }
  client.on('error', lose)
  client.on('end', lose)
  client.on('notification', wake)
  try {
    await client.connect()
    await client.query(PLANNER)
    await client.query(`listen ${CHANNEL}`)
  } catch (error) {
    client.connection.stream.destroy()
    throw asUnavailable(error)
  }
  return {
    query: async (sql, parameters = []) => {
      const result = await client.query(postgresSql(sql), [...parameters])
      return result.rows
    },
    // A notification may have been missed, so a poll always looks.
    mayHaveChanged: async () => {
      if (isLost) throw new Error('the connection to the database ended')
      return true
    },
    scan: () => scan(client),
    close: async () => {
      client.off('end', lose)
      client.off('notification', wake)
      if (!isLost) await Promise.race([client.end(), endOf(client)])
      client.connection.stream.destroy()
    },
  }
}

async function* scan(client: pg.Client): AsyncGenerator<readonly SqlRow[]> {
  await client.query(BEGIN_SCAN)
  try {
    for (;;) {
      const { rows } = await client.query<SqlRow>(`fetch ${PAGE} from entries`)
      if (rows.length === 0) return
      yield rows
    }
  } finally {
    // Reading is all that the transaction did: to end it is enough, and a lost connection has ended it already.
    await client.query('rollback').catch(() => undefined)
  }
}

/** A connection that hangs never says goodbye. */
async function endOf(client: pg.Client): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 1000)
    timer.unref()
    client.once('end', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
