import { InvalidInputError, ReadOnlyError } from '../errors.js'
import { normalizeDomain } from '../records/domain.js'
import { normalizeKey } from '../records/key.js'
import { readActor } from '../records/labels.js'
import type { Registration, RegistrationKey, RegistryAction } from '../records/registration.js'
import {
  checkRemoval,
  planAdd,
  planDeny,
  planState,
  type RegistrationDraft,
} from '../records/transition.js'
import type { ChangeResult, EntryFilter, RegistryStore } from '../store.js'
import { insertAudit, selectAudit } from './audit-table.js'
import { countByEnd } from './count-by-end.js'
import type { SqlDatabase } from './database.js'
import { writeImport } from './import.js'
import { countEntries, selectDomains, selectPage } from './list.js'
import { deleteRegistration, selectRegistration } from './registration-table.js'
import { SearchTurns } from './search-turns.js'
import { writeDraft } from './write-draft.js'

interface SqlStoreOptions {
  readonly readOnly: boolean
  readonly now: () => Date
  /** Called after each committed change, which is done when this resolves. */
  readonly onCommitted: () => Promise<void>
}

// Bounds the memory and the time that one transaction takes.
const BATCH_LIMIT = 10_000
// Small, so that others have their turn often: an export has time.
const EXPORT_PAGE = 100

/** The registry over a database. What differs between databases is in `SqlDatabase`; all rules are here, once. */
export function createSqlStore(database: SqlDatabase, options: SqlStoreOptions): RegistryStore {
  const searches = new SearchTurns()

  async function commit<T>(work: Parameters<typeof database.transaction<T>>[0]): Promise<T> {
    if (options.readOnly) throw new ReadOnlyError()
    const result = await database.transaction(work)
    await options.onCommitted()
    return result
  }

  async function change(
    key: RegistrationKey,
    actor: string,
    action: RegistryAction,
    plan: (current: Registration | null) => RegistrationDraft,
  ): Promise<ChangeResult> {
    return await commit(async (session) => {
      const current = await selectRegistration(session, key.domain, key.thumbprint)
      return await writeDraft(session, current, plan(current), {
        at: options.now(),
        actor: readActor(actor),
        action,
      })
    })
  }

  const store: RegistryStore = {
    add: async (added, actor) => {
      const registration = { ...added, domain: normalizeDomain(added.domain) }
      const key = { domain: registration.domain, thumbprint: added.certificate.thumbprint }
      return await change(key, actor, 'add', (current) => planAdd(current, registration))
    },
    deny: async (reference, actor) => {
      const entry = normalizeKey(reference)
      return await change(entry, actor, 'deny', (current) => planDeny(current, entry))
    },
    suspend: async (reference, actor) => {
      const entry = normalizeKey(reference)
      return await change(entry, actor, 'suspend', (at) => planState(at, entry, 'suspended'))
    },
    activate: async (reference, actor) => {
      const entry = normalizeKey(reference)
      return await change(entry, actor, 'activate', (at) => planState(at, entry, 'active'))
    },
    remove: async (reference, actor, { evenIfRefused = false } = {}) => {
      const { domain, thumbprint } = normalizeKey(reference)
      const author = readActor(actor)
      return await commit(async (session) => {
        const current = await selectRegistration(session, domain, thumbprint)
        checkRemoval(current, evenIfRefused)
        await deleteRegistration(session, domain, thumbprint)
        const states = { fromState: current.state, toState: null }
        await insertAudit(session, [
          { at: options.now(), actor: author, action: 'remove', domain, thumbprint, ...states },
        ])
        return { outcome: 'removed', ...states }
      })
    },
    show: async ({ domain, thumbprint }) =>
      await selectRegistration(database, normalizeDomain(domain), thumbprint),
    list: async (query) => await selectPage(database, query, searches),
    count: async (query = {}) => await countEntries(database, query),
    countByEnd: async () => await countByEnd(database),
    domains: async () => await selectDomains(database),
    importBatch: async (entries, actor) => {
      if (entries.length > BATCH_LIMIT) {
        throw new InvalidInputError(`a batch has at most ${BATCH_LIMIT} entries`)
      }
      const author = readActor(actor)
      return await commit(
        async (session) =>
          await writeImport(session, entries, { at: options.now(), actor: author }),
      )
    },
    export: (query = {}) => exportAll(store, query),
    audit: async (query = {}) =>
      await selectAudit(
        database,
        query.domain === undefined ? query : { ...query, domain: normalizeDomain(query.domain) },
      ),
    close: async () => await database.close(),
  }
  return store
}

async function* exportAll(store: RegistryStore, query: EntryFilter): AsyncGenerator<Registration> {
  const domains = query.domain === undefined ? await store.domains() : [query.domain]
  const state = query.state === undefined ? {} : { state: query.state }
  for (const domain of domains) {
    for (let after: string | null | undefined; after !== null; ) {
      const from = after === undefined ? {} : { after }
      const page = await store.list({ domain, ...state, ...from, limit: EXPORT_PAGE })
      yield* page.items
      after = page.next
    }
  }
}
