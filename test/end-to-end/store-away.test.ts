import t from 'tap'
import { findPostgres } from '../soak/postgres-cluster.ts'
import { takeStoreAway } from '../soak/store-away-under-load.ts'

/** What the registry promises is a second; a busy machine may take longer. In milliseconds. */
const LONGEST_EFFECT = 15_000

// `test/soak/store-away.ts` is the same with 30 s away, more requests, and the promised second.
const programs = findPostgres()
const reason = typeof programs === 'string' ? programs : null
// CI has to bring them.
const skip = reason !== null && process.env.CI !== 'true' ? reason : false
if (skip !== false) t.comment(`skipped: ${skip}`)

t.test(
  'a PostgreSQL that crashes under load: no wrong pass, no lost change, no restart',
  { skip },
  async (t) => {
    if (typeof programs === 'string') {
      t.fail(programs)
      return
    }
    const directory = t.testdir({})
    const result = await takeStoreAway({
      directory,
      programs,
      workers: 2,
      perSecond: 50,
      away: 5,
      maxStaleness: 3,
    })
    t.same(result.faults, [], 'nobody passes who may not, and nobody is refused who may')
    t.ok(result.passesAway > 0, 'what is in memory goes on being used')
    t.ok(result.changes > 0)
    t.same(result.lost, [], 'what the store has confirmed is there, once')
    t.ok(result.slowestEffect < LONGEST_EFFECT, `${result.slowestEffect} ms`)
    t.match(result.readyz, [
      { status: 503, registry: { state: 'away' } },
      { status: 200, registry: { state: 'ready' } },
    ])
    t.match(
      result.startWithout,
      /exit code 1: the edge can't start: the registry postgres:\/\/127\.0\.0\.1:\d+\/postgres cannot be opened: connect ECONNREFUSED/,
    )
    t.same(result.unwanted, [], 'no worker was replaced')
  },
)
