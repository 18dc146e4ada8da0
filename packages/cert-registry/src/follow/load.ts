import { setImmediate } from 'node:timers/promises'
import type { SqlSession } from '../sql/database.js'
import { readStoreId } from '../sql/migrate.js'
import { readState } from '../sql/registration-table.js'
import { readBytes, readText } from '../sql/row.js'
import { MemoryIndex } from '../view/memory-index.js'
import { type Mark, readHead } from './trail.js'

// SQLite takes about a millisecond for a page, and nothing else happens in the process meanwhile.
const PAGE = 500

/** All entries in memory, and how far the trail had come when reading them began. */
export interface Loaded {
  readonly index: MemoryIndex
  readonly storeId: string
  /** `null` when nothing was ever changed. */
  readonly mark: Mark | null
}

/**
 * Reads all entries, page by page. Changes made meanwhile may be missing in it or not: they are in the trail after
 * `mark`, and applying them again does no harm.
 */
export async function loadIndex(session: SqlSession): Promise<Loaded> {
  const storeId = await readStoreId(session)
  const mark = await readHead(session)
  const index = new MemoryIndex()
  let domain = ''
  let state = ''
  let thumbprint = new Uint8Array()
  for (;;) {
    const rows = await session.query(
      `select domain, state, thumbprint from mtls_edge_registration
       where (domain, state, thumbprint) > (?, ?, ?) order by domain, state, thumbprint limit ?`,
      [domain, state, thumbprint, PAGE],
    )
    for (const row of rows) {
      domain = readText(row, 'domain')
      state = readState(row, 'state')
      thumbprint = Uint8Array.from(readBytes(row, 'thumbprint'))
      index.set(domain, thumbprint, readState(row, 'state'))
    }
    if (rows.length < PAGE) return { index, storeId, mark }
    await setImmediate()
  }
}
