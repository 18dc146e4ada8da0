import type { FetchFailure } from '../observer.js'
import { FetchError } from './fetch-error.js'

/** How long nobody asks an address again after a failure, in milliseconds: a dead responder is not asked on each request. */
export const RETRY_PAUSE = 1000

/** The longest pause between attempts to refresh in the background what still holds, in milliseconds. */
const MAX_BACKGROUND_PAUSE = 60_000

/** Nothing is refreshed less often than this, in milliseconds: revocations come before nextUpdate, too. */
const MAX_REFRESH_INTERVAL = 3_600_000

/** Nothing is refreshed more often than this, in milliseconds. */
const MIN_REFRESH_INTERVAL = 1000

/** Characters of a reason: an issuer's name may be part of it, and is as long as its issuer likes. */
const MAX_REASON = 200

/** A value that was loaded. */
export interface Loaded<T> {
  readonly value: T
  /** How long it holds, in milliseconds since the epoch. */
  readonly until: number
  /** What it takes in memory. */
  readonly bytes: number
}

/** @throws {FetchError} where nothing can be had; what was had before is then kept */
export type Load<T> = (previous: T | null) => Promise<Loaded<T>>

export interface KeeperOptions<T> {
  readonly maxEntries: number
  readonly maxBytes: number
  readonly now: () => number
  /** Called after a value came, or took the place of another one. */
  readonly onValue: (value: T, previous: T | null) => void
  /** Called at the first failure of an address, and with `null` when it is over. */
  readonly onFailure: (key: string, failure: FetchError | null) => void
  /** Called after each attempt. */
  readonly onAttempt: (isSuccess: boolean) => void
  /** Whether to refresh what nobody has asked for since it was due. */
  readonly refreshesUnused: boolean
}

interface Entry<T> {
  load: Load<T>
  kept: Loaded<T> | null
  loadedAt: number
  usedAt: number
  inFlight: Promise<void> | null
  pausedUntil: number
  failures: number
  failure: FetchFailure | null
  timer: NodeJS.Timeout | undefined
}

/** One key, as it is kept. */
export interface Kept<T> {
  readonly key: string
  /** `null` where none was had. */
  readonly value: T | null
  /** When it was had; `null` where none was. */
  readonly fetchedAt: Date | null
  /** Why the last attempt failed; `null` where it did not. */
  readonly failure: FetchFailure | null
}

/** Values by address: each loaded once whatever the number of those who wait, refreshed before it ends, and kept while it holds. */
export interface Keeper<T> {
  /** The value, `null` where none was had. It may be past its time. */
  get(key: string): T | null
  values(): readonly T[]
  /** Every key that was asked for and is not forgotten. */
  list(): readonly Kept<T>[]
  /** Whether a value would have to be waited for: there is none that holds, and no failure a moment ago. */
  isDue(key: string): boolean
  /** Whether the last attempt failed. */
  hasFailed(key: string): boolean
  /** Loads what is due. Ends when there is an answer, of whichever kind, and never throws. */
  ensure(key: string, load: Load<T>): Promise<void>
  /** Stops all timers and forgets everything. */
  close(): void
}

export function createKeeper<T>(options: KeeperOptions<T>): Keeper<T> {
  const { maxEntries, maxBytes, now, onValue, onFailure, onAttempt } = options
  /** The least recently used first. */
  const entries = new Map<string, Entry<T>>()
  let bytes = 0
  let isClosed = false

  function touch(key: string, entry: Entry<T>): void {
    entry.usedAt = now()
    entries.delete(key)
    entries.set(key, entry)
  }

  /** Forgets what nobody used for the longest time; never the last one, which was just asked for. */
  function evict(): void {
    for (const [key, entry] of entries) {
      if ((entries.size <= maxEntries && bytes <= maxBytes) || entries.size === 1) return
      clearTimeout(entry.timer)
      entries.delete(key)
      bytes -= entry.kept?.bytes ?? 0
    }
  }

  async function load(key: string, entry: Entry<T>): Promise<void> {
    const previous = entry.kept?.value ?? null
    try {
      const loaded = await entry.load(previous)
      if (isClosed || entries.get(key) !== entry) return
      bytes += loaded.bytes - (entry.kept?.bytes ?? 0)
      entry.kept = loaded
      entry.loadedAt = now()
      onValue(loaded.value, previous)
      evict()
      // It is kept all the same: a grace time may make use of it.
      if (loaded.until < now()) throw new FetchError('it is out of date already')
      if (entry.failures > 0) onFailure(key, null)
      entry.failures = 0
      entry.failure = null
      onAttempt(true)
    } catch (error) {
      if (isClosed) return
      const failure = error instanceof FetchError ? error : new FetchError(String(error))
      entry.failures += 1
      entry.pausedUntil = now() + RETRY_PAUSE
      const at = new Date(now())
      entry.failure = { reason: reasonOf(error), since: entry.failure?.since ?? at, at }
      if (entry.failures === 1) onFailure(key, failure)
      onAttempt(false)
    } finally {
      entry.inFlight = null
      if (!isClosed && entries.get(key) === entry) schedule(key, entry)
    }
  }

  function schedule(key: string, entry: Entry<T>): void {
    clearTimeout(entry.timer)
    if (entry.kept === null) return
    const delay =
      entry.failures > 0
        ? Math.min(MAX_BACKGROUND_PAUSE, RETRY_PAUSE * 2 ** (entry.failures - 1))
        : Math.min(
            MAX_REFRESH_INTERVAL,
            Math.max(MIN_REFRESH_INTERVAL, (entry.kept.until - now()) / 2),
          )
    entry.timer = setTimeout(() => {
      if (isWanted(entry)) start(key, entry)
    }, delay)
    entry.timer.unref()
  }

  /** A verdict is made anew when it ends: who is still there has asked within the life of the value, and a half more. */
  function isWanted({ kept, loadedAt, usedAt }: Entry<T>): boolean {
    if (options.refreshesUnused || kept === null) return true
    return now() - usedAt < (kept.until - loadedAt) * 1.5
  }

  function start(key: string, entry: Entry<T>): Promise<void> {
    entry.inFlight ??= load(key, entry)
    return entry.inFlight
  }

  function holds({ kept }: Entry<T>): boolean {
    return kept !== null && kept.until >= now()
  }

  return {
    get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return null
      touch(key, entry)
      return entry.kept?.value ?? null
    },
    values: () => [...entries.values()].flatMap(({ kept }) => (kept === null ? [] : [kept.value])),
    list: () =>
      [...entries].map(([key, { kept, loadedAt, failure }]) => ({
        key,
        value: kept?.value ?? null,
        fetchedAt: kept === null ? null : new Date(loadedAt),
        failure,
      })),
    isDue(key) {
      const entry = entries.get(key)
      if (entry === undefined || entry.inFlight !== null) return true
      return !holds(entry) && now() >= entry.pausedUntil
    },
    hasFailed: (key) => (entries.get(key)?.failures ?? 0) > 0,
    async ensure(key, load) {
      if (isClosed) return
      const entry = entries.get(key) ?? newEntry(load, now())
      entry.load = load
      touch(key, entry)
      evict()
      if (entry.inFlight !== null) return entry.inFlight
      if (holds(entry) || now() < entry.pausedUntil) return
      return start(key, entry)
    },
    close() {
      isClosed = true
      for (const { timer } of entries.values()) clearTimeout(timer)
      entries.clear()
    },
  }
}

function newEntry<T>(load: Load<T>, usedAt: number): Entry<T> {
  return {
    load,
    kept: null,
    loadedAt: 0,
    usedAt,
    inFlight: null,
    pausedUntil: 0,
    failures: 0,
    failure: null,
    timer: undefined,
  }
}

/** What nobody expected may hold anything: its text is for the log alone. */
function reasonOf(error: unknown): string {
  if (!(error instanceof FetchError)) return 'an unexpected error'
  return error.message.replaceAll(/\p{C}/gu, ' ').slice(0, MAX_REASON)
}
