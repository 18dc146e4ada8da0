import type { Registration } from '../records/registration.js'
import type { Page } from '../store.js'
import type { SqlDatabase, SqlValue } from './database.js'
import { selectRegistrations } from './registration-table.js'
import { readInteger, readThumbprint } from './row.js'

/** What is looked through in a few milliseconds, after which whoever else waits for the store has their turn. */
const WINDOW = 200
/** A search that finds little ends its page after so many windows: whoever wants more asks for the next one. */
const MAX_WINDOWS = 50

const SEARCHED = ['subject', 'client_name', 'owner', 'notes', 'serial_number'] as const

/** How each database lowers ASCII letters alone, finds a text in another, and writes bytes in hex. */
const WORDS = {
  sqlite: {
    contains: (column: string) => `instr(lower(coalesce(${column}, '')), ?) > 0`,
    thumbprint: 'lower(hex(thumbprint))',
  },
  postgresql: {
    contains: (column: string) => `strpos(lower(coalesce(${column}, '') collate "C"), ?) > 0`,
    thumbprint: "encode(thumbprint, 'hex')",
  },
} as const

/** Which entries are looked through, and for what. */
export interface Search {
  readonly domain: string
  readonly conditions: readonly { readonly sql: string; readonly parameters: readonly SqlValue[] }[]
  /** The columns that order them, the thumbprint among them. */
  readonly order: string
  readonly text: string
  readonly limit: number
  /** The condition of what comes after the entry that was looked at last; `null` at the beginning. */
  readonly after: Search['conditions'][number] | null
  /** The same for the next step, from that entry. */
  readonly afterEntry: (last: Position) => Search['conditions'][number]
  readonly cursorOf: (last: Position) => string
}

/** Where an entry stands in either order. */
export interface Position {
  readonly thumbprint: string
  /** Milliseconds since 1970; 0 where there is no certificate. */
  readonly notAfter: number
}

/**
 * Looks through entries window by window, and lets others have their turn in between: no index has a part of a text.
 *
 * @returns a page that may be short, or empty, although there is a next one
 * @throws the reason of `signal` where nobody wants the page any more
 */
export async function searchPage(
  database: SqlDatabase,
  search: Search,
  signal?: AbortSignal,
): Promise<Page<Registration>> {
  const found: Position[] = []
  let after = search.after
  let last: Position | null = null
  for (let window = 0; window < MAX_WINDOWS && found.length < search.limit; window += 1) {
    signal?.throwIfAborted()
    const looked = await lookThrough(database, search, after)
    for (const { matches, ...position } of looked) {
      last = position
      if (matches) found.push(position)
      if (found.length === search.limit) break
    }
    if (last === null || (looked.length < WINDOW && found.length < search.limit)) {
      return { items: await fetch(database, search.domain, found), next: null }
    }
    after = search.afterEntry(last)
  }
  const next = last === null ? null : search.cursorOf(last)
  return { items: await fetch(database, search.domain, found), next }
}

interface Looked extends Position {
  readonly matches: boolean
}

async function lookThrough(
  database: SqlDatabase,
  { conditions, order, text }: Search,
  after: Search['after'],
): Promise<readonly Looked[]> {
  const { contains, thumbprint } = WORDS[database.kind]
  const needle = lowerAscii(text)
  const hex = needle.replaceAll(':', '')
  const isHex = /^[0-9a-f]{1,64}$/.test(hex)
  const matches = [
    ...SEARCHED.map(contains),
    ...(isHex ? [`substr(${thumbprint}, 1, ${hex.length}) = ?`] : []),
  ]
  const all = after === null ? conditions : [...conditions, after]
  const rows = await database.query(
    `select thumbprint, coalesce(not_after, 0) as expiry,
       case when ${matches.join(' or ')} then 1 else 0 end as matched
     from (
       select * from mtls_edge_registration
       where ${all.map(({ sql }) => sql).join(' and ')} order by ${order} limit ${WINDOW}
     ) as looked_through order by ${order}`,
    [
      ...SEARCHED.map(() => needle),
      ...(isHex ? [hex] : []),
      ...all.flatMap(({ parameters }) => parameters),
    ],
  )
  return rows.map((row) => ({
    thumbprint: readThumbprint(row),
    notAfter: readInteger(row, 'expiry'),
    matches: readInteger(row, 'matched') === 1,
  }))
}

/** Those that were found, in the order in which they were found; what was removed meanwhile is left out. */
async function fetch(
  database: SqlDatabase,
  domain: string,
  found: readonly Position[],
): Promise<readonly Registration[]> {
  const thumbprints = found.map(({ thumbprint }) => thumbprint)
  const entries = await selectRegistrations(database, domain, thumbprints)
  const byThumbprint = new Map(entries.map((entry) => [entry.thumbprint, entry]))
  return thumbprints.flatMap((thumbprint) => byThumbprint.get(thumbprint) ?? [])
}

const lowerAscii = (text: string): string =>
  text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
