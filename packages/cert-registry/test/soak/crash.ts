/**
 * An import of 100,000 entries is killed by SIGKILL eight times, on SQLite and on PostgreSQL: each time whole batches
 * alone are there, the trail agrees with them, and in the end the import completes.
 *
 * Run: node packages/cert-registry/test/soak/crash.ts [ENTRIES]; PostgreSQL at TEST_POSTGRES_URL, or 127.0.0.1. A minute or two.
 */
import t from 'tap'
import { killImports } from '../crash-suite.ts'
import { onEachStore } from '../stores.ts'

const [entries = 100_000] = process.argv.slice(2).map(Number)

// However slow the disk.
t.setTimeout(0)
await onEachStore(t, async (t, place) => {
  const kills = Array.from({ length: 8 }, (_, at) => ({ batches: at % 4, delay: at * 10 }))
  await killImports(t, place, entries, kills)
})
