import { stat } from 'node:fs/promises'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import type { SqlRow, SqlSession, SqlValue } from './database.js'
import { Slices } from './slices.js'

const SQLITE_BUSY = 5
const SQLITE_LOCKED = 6
// SQLite's own busy timeout would hold the event loop while it waits, so the waiting is done here.
const BUSY_LIMIT_MS = 10_000
const BUSY_PAUSE_MS = 10
const STATEMENT_LIMIT = 64

/** What a connection may do. */
export type SqliteMode = 'read' | 'write' | 'create'

/** One connection to one SQLite file. Its queries are synchronous inside, with pauses between them. */
export class SqliteConnection implements SqlSession {
  readonly #file: string
  readonly #identity: string
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #slices = new Slices()

  private constructor(file: string, identity: string, database: DatabaseSync) {
    this.#file = file
    this.#identity = identity
    this.#database = database
  }

  /** Opens the file; `create` also makes one where none is. */
  static async open(file: string, mode: SqliteMode): Promise<SqliteConnection> {
    if (mode !== 'create') await identify(file)
    const database = new DatabaseSync(file, { readOnly: mode === 'read', timeout: 0 })
    try {
      if (mode !== 'read') {
        await retryWhileBusy(() => database.exec('pragma journal_mode = wal'))
        // The answer "done" to a revocation holds after a power cut too.
        database.exec('pragma synchronous = full')
      }
      // A file made by somebody else must not run code of its own here.
      database.exec('pragma trusted_schema = off')
      await retryWhileBusy(() => database.exec('select count(*) from sqlite_schema'))
      return new SqliteConnection(file, await identify(file), database)
    } catch (error) {
      database.close()
      throw error
    }
  }

  /** Tells whether the file that stands there now is still the one that is open. Rejects when there is none. */
  async isCurrent(): Promise<boolean> {
    return (await identify(this.#file)) === this.#identity
  }

  async query(sql: string, parameters: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    await this.#slices.pause()
    return await retryWhileBusy(() => this.#prepare(sql).all(...parameters))
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    if (this.#statements.size >= STATEMENT_LIMIT) this.#statements.clear()
    this.#statements.set(sql, statement)
    return statement
  }
}

async function identify(file: string): Promise<string> {
  try {
    const { dev, ino } = await stat(file, { bigint: true })
    return `${dev}:${ino}`
  } catch (error) {
    throw new Error(isMissing(error) ? 'there is no such file' : String(error), { cause: error })
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

async function retryWhileBusy<T>(work: () => T): Promise<T> {
  const deadline = performance.now() + BUSY_LIMIT_MS
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
    }
    await setTimeout(BUSY_PAUSE_MS * (0.5 + Math.random()))
  }
}

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error)) return false
  const primary = typeof error.errcode === 'number' ? error.errcode & 0xff : 0
  return primary === SQLITE_BUSY || primary === SQLITE_LOCKED
}
