import { setImmediate } from 'node:timers/promises'
import type { SqlFeed } from '../sql/database.js'
import { readStoreId } from '../sql/migrate.js'
import { readState } from '../sql/registration-table.js'
import { readBytes, readText } from '../sql/row.js'
import { MemoryIndex } from '../view/memory-index.js'
import { type Mark, readHead } from './trail.js'

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
export async function loadIndex(feed: SqlFeed): Promise<Loaded> {
  const storeId = await readStoreId(feed)
  const mark = await readHead(feed)
  const index = new MemoryIndex()
  for await (const rows of feed.scan()) {
    for (const row of rows) {
      index.set(readText(row, 'domain'), readBytes(row, 'thumbprint'), readState(row, 'state'))
    }
    await setImmediate()
  }
  return { index, storeId, mark }
}
