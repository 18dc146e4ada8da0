import type { RegistryLogger } from '../registry.js'
import type { SqlDatabase, SqlFeed } from '../sql/database.js'
import { readStoreId } from '../sql/migrate.js'
import { describeCause } from '../sql/unavailable.js'
import type { MemoryIndex } from '../view/memory-index.js'
import type { ChangedEntry } from '../view/view.js'
import { type Loaded, loadIndex } from './load.js'
import { type Mark, readTrail, TRAIL_PAGE } from './trail.js'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5000

/** What a follower is made of, and whom it tells. */
export interface FollowerOptions {
  readonly database: SqlDatabase
  /** Milliseconds, only forward. */
  readonly clock: () => number
  readonly logger: RegistryLogger | null
  /** Called after changes are in the index. */
  readonly onChange: (entries: readonly ChangedEntry[] | 'reloaded') => void
}

/** Keeps an index as the store is: waits for changes, reads them, and finds the way back when the store was away. */
export class Follower {
  readonly #options: FollowerOptions
  #feed: SqlFeed | null = null
  #loaded: Loaded
  #mark: Mark | null
  #lastContact: number
  #problem: string | null = null
  #since = new Date()
  #pause = FIRST_PAUSE_MS
  #timer: NodeJS.Timeout | null = null
  #round: Promise<void> | null = null
  #isWoken = false
  #isClosed = false

  private constructor(options: FollowerOptions, feed: SqlFeed, loaded: Loaded, contact: number) {
    this.#options = options
    this.#feed = feed
    this.#loaded = loaded
    this.#mark = loaded.mark
    this.#lastContact = contact
  }

  /** Reads everything, then begins to follow. Rejects when the store is not there. */
  static async start(options: FollowerOptions): Promise<Follower> {
    let follower: Follower | null = null
    const contact = options.clock()
    const feed = await options.database.openFeed(() => follower?.wake())
    try {
      follower = new Follower(options, feed, await loadIndex(feed), contact)
    } catch (error) {
      await feed.close()
      throw error
    }
    follower.wake()
    return follower
  }

  get index(): MemoryIndex {
    return this.#loaded.index
  }

  /** When the store was last known to have nothing that memory has not, by the clock. */
  get lastContact(): number {
    return this.#lastContact
  }

  /** Why the store is away, and since when; `null` while it is there. */
  get state(): { readonly problem: string | null; readonly since: Date } {
    return { problem: this.#problem, since: this.#since }
  }

  /** Looks for changes now. */
  wake(): void {
    if (this.#isClosed) return
    if (this.#round !== null) {
      this.#isWoken = true
      return
    }
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#round = this.#look().finally(() => {
      this.#round = null
      if (this.#isClosed) return
      this.#timer = setTimeout(() => this.wake(), this.#nextPause())
      // Following changes is no reason for a process to stay.
      this.#timer.unref()
    })
  }

  /** Looks for changes, and resolves when what the store holds now is in the index, or the store is away. */
  async refresh(): Promise<void> {
    // The round that is under way may have looked too early.
    await this.#round
    this.wake()
    await this.#round
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#round
    await this.#feed?.close()
    this.#feed = null
  }

  #nextPause(): number {
    if (this.#problem !== null) return this.#pause * (0.5 + Math.random() / 2)
    if (!this.#isWoken) return this.#options.database.pollInterval
    this.#isWoken = false
    return 0
  }

  async #look(): Promise<void> {
    try {
      const contact = this.#options.clock()
      this.#feed ??= await this.#reconnect()
      if (await this.#feed.mayHaveChanged()) await this.#catchUp(this.#feed)
      this.#lastContact = contact
      this.#setThere()
    } catch (error) {
      await this.#setAway(describeCause(error))
    }
  }

  async #reconnect(): Promise<SqlFeed> {
    const feed = await this.#options.database.openFeed(() => this.wake())
    try {
      if ((await readStoreId(feed)) !== this.#loaded.storeId) await this.#reload(feed)
      return feed
    } catch (error) {
      await feed.close()
      throw error
    }
  }

  async #catchUp(feed: SqlFeed): Promise<void> {
    for (;;) {
      const lines = await readTrail(feed, this.#mark)
      if (lines === null) return await this.#reload(feed)
      for (const line of lines) this.index.set(line.domain, line.thumbprint, line.state)
      this.#mark = lines.at(-1)?.mark ?? this.#mark
      if (lines.length > 0) {
        this.#options.onChange(
          lines.map(({ domain, thumbprint, state }) => ({
            domain,
            thumbprint: Buffer.from(thumbprint).toString('hex'),
            state,
          })),
        )
      }
      if (lines.length < TRAIL_PAGE || this.#isClosed) return
    }
  }

  /** The store is not the one that memory was read from: a backup was put back, or another file stands there. */
  async #reload(feed: SqlFeed): Promise<void> {
    this.#options.logger?.warn({}, 'the registry was replaced; reading all of it anew')
    this.#loaded = await loadIndex(feed)
    this.#mark = this.#loaded.mark
    this.#options.onChange('reloaded')
    await this.#catchUp(feed)
  }

  #setThere(): void {
    this.#pause = FIRST_PAUSE_MS
    if (this.#problem === null) return
    this.#problem = null
    this.#since = new Date()
    this.#options.logger?.info({}, 'the registry is back')
  }

  async #setAway(problem: string): Promise<void> {
    const feed = this.#feed
    this.#feed = null
    if (this.#problem === null) {
      this.#since = new Date()
      this.#pause = FIRST_PAUSE_MS
      this.#options.logger?.warn({ problem }, 'the registry is away; going on with what is known')
    } else {
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS)
    }
    this.#problem = problem
    await feed?.close().catch(() => undefined)
  }
}
