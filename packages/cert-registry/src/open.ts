import { InvalidInputError, NotOpenedError, RegistryUnavailableError } from './errors.js'
import { Follower } from './follow/follower.js'
import { type RegistryLocation, readLocation } from './location.js'
import type { Registry, RegistryOptions, StoreOptions } from './registry.js'
import type { SqlDatabase } from './sql/database.js'
import { migrate, requireMigrated } from './sql/migrate.js'
import { createSqlStore } from './sql/sql-store.js'
import { describeCause } from './sql/unavailable.js'
import type { RegistryStore } from './store.js'
import type { RegistryChange } from './view/view.js'

const MAX_STALENESS_MS = 300_000

/**
 * Opens a registry and reads it into memory, then follows its changes.
 *
 * @param url - `sqlite:FILE` (make a relative path absolute first) or `postgres://USER@HOST/DATABASE`
 * @throws FST_CERT_REGISTRY_UNAVAILABLE when the store is not there; the message says where and why
 * @throws FST_CERT_REGISTRY_INVALID_LOCATION, FST_CERT_REGISTRY_UNUSABLE_STORE, FST_CERT_REGISTRY_INVALID_INPUT
 * @example
 * const registry = await openRegistry('sqlite:/var/lib/mtls-edge/registry.db')
 * registry.view.stateOf('auth.example.com', thumbprint) // 'active' | 'pending' | 'suspended' | 'revoked' | null
 */
export async function openRegistry(url: string, options: RegistryOptions = {}): Promise<Registry> {
  const { maxStaleness = MAX_STALENESS_MS, clock = () => performance.now() } = options
  checkStaleness(maxStaleness)
  const logger = options.logger ?? null
  const location = readLocation(url)
  const database = await openDatabase(location, options)
  const listeners = new Set<(change: RegistryChange) => void>()
  let epoch = 1

  const onChange = (entries: RegistryChange['entries']) => {
    epoch += 1
    for (const listener of listeners) {
      try {
        listener({ epoch, entries })
      } catch (error) {
        logger?.error({ err: error }, 'a listener of registry changes failed')
      }
    }
  }
  let follower: Follower
  try {
    follower = await Follower.start({ database, clock, logger, onChange })
  } catch (error) {
    await database.close()
    throw describeOpening(error, location)
  }
  const staleness = () => clock() - follower.lastContact
  const store = createSqlStore(database, {
    ...storeOptions(options),
    onCommitted: async () => await follower.refresh(),
  })
  const view = {
    stateOf: (domain: string, thumbprint: string) => follower.index.get(domain, thumbprint),
    get epoch() {
      return epoch
    },
    get isFresh() {
      return staleness() <= maxStaleness
    },
  }
  return {
    view,
    store,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    status: () => ({
      kind: location.kind,
      location: location.shown,
      isConnected: follower.state.problem === null,
      isFresh: view.isFresh,
      since: follower.state.since,
      staleness: staleness(),
      entries: follower.index.size,
      epoch,
      problem: follower.state.problem,
    }),
    close: async () => {
      await follower.close()
      await store.close()
    },
  }
}

/**
 * Opens the store alone, without the view in memory: for a program that makes a change and ends.
 *
 * @throws as `openRegistry`
 */
export async function openRegistryStore(
  url: string,
  options: StoreOptions = {},
): Promise<RegistryStore> {
  const database = await openDatabase(readLocation(url), options)
  return createSqlStore(database, { ...storeOptions(options), onCommitted: async () => undefined })
}

// Below the time between two polls a registry that is there would be called away.
const LEAST_STALENESS_MS = 1000

function checkStaleness(maxStaleness: number): void {
  if (Number.isFinite(maxStaleness) && maxStaleness >= LEAST_STALENESS_MS) return
  throw new InvalidInputError(`maxStaleness must be ${LEAST_STALENESS_MS} milliseconds or more`)
}

function storeOptions({ readOnly = false, now = () => new Date() }: StoreOptions) {
  return { readOnly, now }
}

async function openDatabase(
  location: RegistryLocation,
  { readOnly = false, logger }: StoreOptions,
): Promise<SqlDatabase> {
  let database: SqlDatabase | null = null
  try {
    database = await connect(location, readOnly)
    if (readOnly) {
      await requireMigrated(database)
    } else if (await migrate(database)) {
      // Where one was expected, this is the line that tells of a wrong path or a volume that is not mounted.
      logger?.warn({ registry: location.shown }, 'no registry was here; a new, empty one was made')
    }
    return database
  } catch (error) {
    await database?.close()
    throw describeOpening(error, location)
  }
}

/** Of the two, what is not used is not loaded. */
async function connect(location: RegistryLocation, readOnly: boolean): Promise<SqlDatabase> {
  if (location.kind === 'sqlite') {
    const { openSqlite } = await import('./sql/sqlite.js')
    return openSqlite(location.file, readOnly)
  }
  const { openPostgres } = await import('./sql/postgres.js')
  return openPostgres(location.url)
}

function describeOpening(error: unknown, { shown }: RegistryLocation): unknown {
  if (!(error instanceof RegistryUnavailableError)) return error
  return new NotOpenedError(shown, describeCause(error), { cause: error.cause })
}
