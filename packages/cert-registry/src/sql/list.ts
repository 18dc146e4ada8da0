import { InvalidInputError } from '../errors.js'
import { normalizeDomain } from '../records/domain.js'
import type { Registration } from '../records/registration.js'
import { thumbprintBytes } from '../records/thumbprint.js'
import type { CountQuery, ListQuery, Page } from '../store.js'
import type { SqlDatabase, SqlSession, SqlValue } from './database.js'
import { readLimit } from './limit.js'
import { REGISTRATION_COLUMNS, readRegistration } from './registration-table.js'
import { readInteger, readText } from './row.js'
import { type Position, type Search, searchPage } from './search.js'
import type { SearchTurns } from './search-turns.js'

interface Condition {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
}

const SEARCH_LIMIT = 200
/** Entries that are read at once: with the longest notes, more of them would hold the event loop while they become objects. */
const PART = 200

/** Reads a page of entries by thumbprint or, where their end is asked for, by the time at which they expire. */
export async function selectPage(
  database: SqlDatabase,
  query: ListQuery,
  turns: SearchTurns,
): Promise<Page<Registration>> {
  const limit = readLimit(query.limit)
  const byExpiry = query.expiresBefore !== undefined
  const order = byExpiry ? 'not_after, thumbprint' : 'thumbprint'
  const conditions = conditionsOf(query)
  const afterCursor = (cursor: string) => (byExpiry ? afterExpiry(cursor) : afterThumbprint(cursor))
  const after = query.after === undefined ? null : afterCursor(query.after)
  const text = readSearch(query.search)
  if (text !== null) {
    const cursorAt = (position: Position) => cursorOf(position, byExpiry)
    const search = {
      domain: normalizeDomain(query.domain),
      conditions,
      order,
      text,
      limit,
      after,
      cursorOf: cursorAt,
      afterEntry: (position: Position) => afterCursor(cursorAt(position)),
    }
    return await turns.take(query.signal, () => searchPage(database, search, query.signal))
  }
  const items: Registration[] = []
  let next: string | null = null
  while (items.length < limit) {
    query.signal?.throwIfAborted()
    const from = next === null ? after : afterCursor(next)
    const wanted = Math.min(PART, limit - items.length)
    const part = await selectPart(database, { conditions, after: from, order, wanted })
    items.push(...part)
    const last = part.at(-1)
    if (last === undefined || part.length < wanted) return { items, next: null }
    next = cursorOf(positionOf(last), byExpiry)
  }
  return { items, next }
}

async function selectPart(
  database: SqlDatabase,
  part: Pick<Search, 'conditions' | 'after' | 'order'> & { readonly wanted: number },
): Promise<readonly Registration[]> {
  const { conditions, after, order, wanted } = part
  const all = after === null ? conditions : [...conditions, after]
  const rows = await database.query(
    `select ${REGISTRATION_COLUMNS} from mtls_edge_registration
     where ${all.map(({ sql }) => sql).join(' and ')} order by ${order} limit ?`,
    [...all.flatMap(({ parameters }) => parameters), wanted],
  )
  return rows.map(readRegistration)
}

/** What is searched for; `null` where nothing is. */
function readSearch(search = ''): string | null {
  const text = search.trim()
  if (text.length > SEARCH_LIMIT || text.includes('\0')) {
    throw new InvalidInputError(`"search" has ${SEARCH_LIMIT} characters at the most`)
  }
  return text === '' ? null : text
}

/** Counts entries by walking over an index. */
export async function countEntries(session: SqlSession, query: CountQuery): Promise<number> {
  const conditions = conditionsOf(query)
  const where = conditions.map(({ sql }) => sql).join(' and ')
  const [row] = await session.query(
    `select count(*) as entries from mtls_edge_registration ${where === '' ? '' : `where ${where}`}`,
    conditions.flatMap(({ parameters }) => parameters),
  )
  return row === undefined ? 0 : readInteger(row, 'entries')
}

/** The domains that have entries, one index step each instead of a walk over all entries. */
export async function selectDomains(session: SqlSession): Promise<readonly string[]> {
  const domains: string[] = []
  for (let last = ''; ; ) {
    const [row] = await session.query(
      'select domain from mtls_edge_registration where domain > ? order by domain limit 1',
      [last],
    )
    if (row === undefined) return domains
    last = readText(row, 'domain')
    domains.push(last)
  }
}

function conditionsOf(query: CountQuery): readonly Condition[] {
  const conditions: Condition[] = []
  if (query.domain !== undefined) {
    conditions.push({ sql: 'domain = ?', parameters: [normalizeDomain(query.domain)] })
  }
  if (query.state !== undefined) conditions.push({ sql: 'state = ?', parameters: [query.state] })
  if (query.expiresBefore !== undefined) {
    conditions.push({ sql: 'not_after < ?', parameters: [query.expiresBefore.getTime()] })
  }
  if (query.expiresAfter !== undefined) {
    conditions.push({ sql: 'not_after >= ?', parameters: [query.expiresAfter.getTime()] })
  }
  return conditions
}

function positionOf({ thumbprint, certificate }: Registration): Position {
  return { thumbprint, notAfter: certificate?.notAfter.getTime() ?? 0 }
}

function cursorOf({ thumbprint, notAfter }: Position, byExpiry: boolean): string {
  return byExpiry ? `${notAfter}.${thumbprint}` : thumbprint
}

function afterThumbprint(cursor: string): Condition {
  return { sql: 'thumbprint > ?', parameters: [thumbprintBytes(cursor)] }
}

function afterExpiry(cursor: string): Condition {
  const [end, thumbprint, ...others] = cursor.split('.')
  if (
    end === undefined ||
    thumbprint === undefined ||
    others.length > 0 ||
    !/^-?\d{1,15}$/.test(end)
  ) {
    throw new InvalidInputError('"after" is not the "next" of a page')
  }
  return {
    sql: '(not_after, thumbprint) > (?, ?)',
    parameters: [Number(end), thumbprintBytes(thumbprint)],
  }
}
