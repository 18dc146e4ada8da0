import { Worker } from 'node:worker_threads'
import type { SqlRow, SqlSession, SqlValue } from './database.js'
import { restoreCodes } from './error-codes.js'
import type { SqliteMode } from './sqlite-connection.js'

/** What a thread is made for. */
export interface ThreadData {
  readonly file: string
  readonly mode: SqliteMode
}

/** What a thread is asked to do. */
export type ThreadRequest =
  | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly SqlValue[] }
  | { readonly kind: 'isCurrent' }
  | { readonly kind: 'close' }

/** What became of it. The first one tells that the file is open. */
export type ThreadAnswer =
  | { readonly result: unknown }
  | { readonly error: unknown; readonly codes: readonly unknown[] }

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

const THREAD = new URL('./sqlite-thread.js', import.meta.url)
// The options of the process are for its program; Node 22 would say once more that node:sqlite is new.
const THREAD_OPTIONS = { execArgv: ['--disable-warning=ExperimentalWarning'] }

/**
 * One connection to one SQLite file, in a thread of its own. SQLite works synchronously, and so it can take as long as a
 * statement needs, as a commit waits for the disk, without holding up the event loop of this thread, which serves requests.
 */
export class ThreadedConnection implements SqlSession {
  readonly #thread: Worker
  /** The first one has its answer first. */
  readonly #waiting: Waiting[] = []
  readonly #ended: Promise<void>
  #end: Error | null = null

  private constructor(data: ThreadData) {
    this.#thread = new Worker(THREAD, { ...THREAD_OPTIONS, workerData: data })
    this.#thread.on('message', (answer: ThreadAnswer) => this.#take(answer))
    this.#thread.on('error', (error: Error) => this.#endWith(error))
    this.#ended = new Promise((resolve) => {
      this.#thread.on('exit', () => {
        this.#endWith(new Error('the connection to the file is closed'))
        resolve()
      })
    })
  }

  /** Opens the file; `create` also makes one where none is. */
  static async open(file: string, mode: SqliteMode): Promise<ThreadedConnection> {
    const connection = new ThreadedConnection({ file, mode })
    try {
      await connection.#wait()
      return connection
    } catch (error) {
      await connection.#thread.terminate()
      throw error
    }
  }

  /** Tells whether the file that stands there now is still the one that is open. Rejects when there is none. */
  async isCurrent(): Promise<boolean> {
    if (this.#end !== null) return false
    return (await this.#ask({ kind: 'isCurrent' })) === true
  }

  async query(sql: string, parameters: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    const rows = await this.#ask({ kind: 'query', sql, parameters })
    return Array.isArray(rows) ? rows : []
  }

  async close(): Promise<void> {
    if (this.#end === null) {
      await this.#ask({ kind: 'close' }).catch(() => this.#thread.terminate())
      this.#thread.ref()
    }
    await this.#ended
  }

  async #ask(request: ThreadRequest): Promise<unknown> {
    if (this.#end !== null) throw this.#end
    this.#thread.postMessage(request)
    return await this.#wait()
  }

  async #wait(): Promise<unknown> {
    // Whoever waits for an answer keeps the process; a connection alone is no reason for it to stay.
    this.#thread.ref()
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
    })
  }

  #take(answer: ThreadAnswer): void {
    const waiting = this.#waiting.shift()
    if (this.#waiting.length === 0) this.#thread.unref()
    if ('result' in answer) {
      waiting?.resolve(answer.result)
      return
    }
    restoreCodes(answer.error, answer.codes)
    waiting?.reject(answer.error)
  }

  #endWith(error: Error): void {
    this.#end ??= error
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }
}
