import t from 'tap'
import { changeUnderLoad } from '../soak/change-under-load.ts'

/** What docs/running.md promises of a change, in milliseconds. */
const LONGEST = 2_000

t.test('no request fails while everything changes, with one process', async (t) => {
  const directory = t.testdir({})
  const result = await changeUnderLoad({ directory, workers: 1, perSecond: 100, seconds: 8 })
  t.ok(result.sent >= 800)
  t.same(result.failures, [])
  const kinds = new Set(result.changes.map(({ what }) => what))
  t.equal(kinds.size, 6, 'each kind of change was made')
  for (const { what, inForceAfter } of result.changes) t.ok(inForceAfter < LONGEST, what)
  t.equal(result.refused, 0)
  t.ok(result.hasLastKey)
})
