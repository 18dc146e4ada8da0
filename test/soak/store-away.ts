/**
 * PostgreSQL crashes under an edge of two workers and is away for 30 s, while clients ask all the time and an operator makes
 * changes: no wrong pass, no lost change, and recovery without a restart. The server is a throw-away cluster of its own.
 *
 * Run: node test/soak/store-away.ts [SECONDS-AWAY] [REQUESTS-PER-SECOND]; at least 10 s away.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findPostgres } from './postgres-cluster.ts'
import { takeStoreAway } from './store-away-under-load.ts'

/** Seconds. */
const MAX_STALENESS = 8

/** What the registry promises, in milliseconds. */
const LONGEST_EFFECT = 1000

const [away = 30, perSecond = 200] = process.argv.slice(2).map(Number)
const programs = findPostgres()
if (typeof programs === 'string') {
  console.error(programs)
  process.exit(1)
}

const directory = await mkdtemp(join(tmpdir(), 'mtls-edge-soak-'))
const options = { directory, programs, workers: 2, perSecond, away, maxStaleness: MAX_STALENESS }
const result = await takeStoreAway(options).finally(() => rm(directory, { recursive: true }))
const { faults, lost, slowestEffect, unwanted, readyz, passesAway } = result
console.log(`${result.requests} requests, ${faults.length} answered as they may not be`)
console.log(`${passesAway} let in from memory while the store was away`)
console.log(`${result.changes} changes confirmed, ${lost.length} of them lost`)
console.log(`a change was in force everywhere after ${Math.round(slowestEffect)} ms at the most`)
console.log(`all workers were back ${Math.round(result.recovery)} ms after the store was started`)
console.log(`/readyz: ${readyz.map(({ status }) => status).join(', then ')}`)
console.log(`${unwanted.length} events of dead workers or failures`)
console.log(`started without the store: ${result.startWithout}`)
for (const fault of [...faults, ...lost].slice(0, 20)) console.log(`  ${fault}`)
const isGood =
  faults.length + lost.length + unwanted.length === 0 &&
  passesAway > 0 &&
  slowestEffect <= LONGEST_EFFECT &&
  readyz.map(({ status }) => status).join() === '503,200' &&
  result.startWithout.includes('cannot be opened')
if (!isGood) process.exitCode = 1
