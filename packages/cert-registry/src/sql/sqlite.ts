import type { SqlDatabase, SqlFeed, SqlRow, SqlSession, SqlValue } from './database.js'
import { SqliteConnection, type SqliteMode } from './sqlite-connection.js'
import { SqliteFeed } from './sqlite-feed.js'
import { ThreadedConnection } from './threaded-connection.js'
import { asUnavailable } from './unavailable.js'

const POLL_INTERVAL_MS = 250
// The view needs the store at the start alone: what nobody asks for this long gives its thread back.
const IDLE_MS = 30_000

/** Opens a SQLite file in WAL mode: readers never wait for a writer, nor a writer for readers. */
export async function openSqlite(file: string, readOnly: boolean): Promise<SqlDatabase> {
  const database = new SqliteDatabase(file, readOnly)
  try {
    await database.query('select 1')
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

class SqliteDatabase implements SqlDatabase {
  readonly kind = 'sqlite'
  readonly pollInterval = POLL_INTERVAL_MS
  readonly #file: string
  #mode: SqliteMode
  #connection: ThreadedConnection | null = null
  #rest: NodeJS.Timeout | null = null
  /** The end of the line: whoever comes next waits for it. One connection can do one thing at a time. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(file: string, readOnly: boolean) {
    this.#file = file
    this.#mode = readOnly ? 'read' : 'create'
  }

  async query(sql: string, parameters?: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    return await this.#inTurn(async (connection) => await connection.query(sql, parameters))
  }

  async transaction<T>(work: (session: SqlSession) => Promise<T>): Promise<T> {
    return await this.#inTurn(async (connection) => {
      // `immediate` takes the one write lock of the file now, not half-way.
      await connection.query('begin immediate')
      try {
        const result = await work(connection)
        await connection.query('commit')
        return result
      } catch (error) {
        await this.#rollBack(connection)
        throw error
      }
    })
  }

  async openFeed(): Promise<SqlFeed> {
    try {
      return new SqliteFeed(await SqliteConnection.open(this.#file, 'read'))
    } catch (error) {
      throw asUnavailable(error)
    }
  }

  async close(): Promise<void> {
    await this.#queue
    if (this.#rest !== null) clearTimeout(this.#rest)
    await this.#letGo()
  }

  async #letGo(): Promise<void> {
    await this.#connection?.close()
    this.#connection = null
  }

  async #rollBack(connection: ThreadedConnection): Promise<void> {
    try {
      await connection.query('rollback')
    } catch {
      // SQLite rolled back by itself (a full disk does that), or cannot: a new connection knows.
      await this.#letGo()
    }
  }

  #restLater(): void {
    if (this.#rest !== null) {
      this.#rest.refresh()
      return
    }
    const rest = () => {
      this.#queue = this.#queue.then(async () => await this.#letGo())
    }
    this.#rest = setTimeout(rest, IDLE_MS).unref()
  }

  async #inTurn<T>(work: (connection: ThreadedConnection) => Promise<T>): Promise<T> {
    const turn = this.#queue.then(async () => {
      try {
        return await work(await this.#connect())
      } catch (error) {
        throw asUnavailable(error)
      } finally {
        this.#restLater()
      }
    })
    this.#queue = turn.catch(() => undefined)
    return await turn
  }

  async #connect(): Promise<ThreadedConnection> {
    // A file that was put back from a backup is another file: the open one has no name any more.
    if (this.#connection !== null && !(await this.#connection.isCurrent())) {
      await this.#letGo()
    }
    this.#connection ??= await ThreadedConnection.open(this.#file, this.#mode)
    // A file that vanishes later is a store that is away, not one to begin anew and empty.
    if (this.#mode === 'create') this.#mode = 'write'
    return this.#connection
  }
}
