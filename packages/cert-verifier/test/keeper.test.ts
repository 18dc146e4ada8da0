import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { FetchError } from '../dist/revocation/fetch-error.js'
import { createGate } from '../dist/revocation/gate.js'
import { createKeeper, type KeeperOptions, RETRY_PAUSE } from '../dist/revocation/keeper.js'

const HOUR = 3_600_000

/** A keeper of words at a time that stands still. */
function startKeeper(
  t: { teardown(fn: () => unknown): unknown },
  more: Partial<KeeperOptions<string>> = {},
) {
  const time = { now: 1_000_000 }
  const failures: (string | null)[] = []
  const keeper = createKeeper<string>({
    maxEntries: 3,
    maxBytes: 100,
    now: () => time.now,
    onValue: () => {},
    onFailure: (_key, failure) => failures.push(failure?.message ?? null),
    onAttempt: () => {},
    refreshesUnused: true,
    ...more,
  })
  t.teardown(() => keeper.close())
  let loads = 0
  const ask = (key: string, bytes = 1, until = time.now + HOUR) =>
    keeper.ensure(key, async () => {
      loads += 1
      return { value: key, until, bytes }
    })
  return { keeper, time, failures, ask, loads: () => loads }
}

t.test('forgets what nobody asked for the longest time, by number and by size', async (t) => {
  // The attack: whoever has certificates of many addresses has each one's list kept.
  const { keeper, ask, failures } = startKeeper(t)
  for (const key of ['one', 'two', 'three']) await ask(key)
  t.same(keeper.values(), ['one', 'two', 'three'], 'as many as there may be')
  keeper.get('one')
  await ask('four')
  t.same(keeper.values(), ['three', 'one', 'four'])
  await ask('large', 98)
  t.same(keeper.values(), ['one', 'four', 'large'], 'as large as they may be together')
  await ask('larger', 99)
  t.same(keeper.values(), ['larger'])
  await ask('too large', 101)
  t.same(keeper.values(), ['too large'], 'what was just asked for stays')
  t.same(failures, [], 'and nobody is told that anything is well again')
})

t.test(
  'what is out of date when it comes is a failure, and not asked for again at once',
  async (t) => {
    const { keeper, time, failures, ask, loads } = startKeeper(t)
    await ask('old', 1, time.now - 1)
    t.same(failures, ['it is out of date already'])
    t.match(keeper.list(), [{ value: 'old', failure: { reason: 'it is out of date already' } }])
    t.equal(keeper.isDue('old'), false)
    await ask('old')
    t.equal(loads(), 1)
    time.now += RETRY_PAUSE
    t.equal(keeper.isDue('old'), true)
    await ask('old')
    t.equal(loads(), 2)
    t.equal(keeper.isDue('old'), false, 'nobody waits for what is there')
    t.same(failures, ['it is out of date already', null])
    t.equal(keeper.hasFailed('old'), false)
  },
)

t.test('what comes when all is over is not kept', async (t) => {
  const { keeper, ask } = startKeeper(t)
  const coming = ask('late')
  keeper.close()
  await coming
  t.same(keeper.values(), [])
  await ask('later')
  t.same(keeper.values(), [])
})

t.test('lets no more run than it may, and no more wait', async (t) => {
  const gate = createGate(2, 1)
  const ends: (() => void)[] = []
  const task = () => new Promise<void>((resolve) => ends.push(resolve))
  const running = [1, 2, 3].map(() => gate.run(task))
  await t.rejects(gate.run(task), new FetchError('too many others wait to be fetched'))
  t.equal(ends.length, 2)
  ends[0]?.()
  await running[0]
  t.equal(ends.length, 3, 'the next one takes its place')
  for (const end of ends) end()
  await Promise.all(running)
})

t.test('refreshes what is still asked for, and the rest only where it shall', async (t) => {
  // Thousands of clients come once: nobody's responder is to be asked about them for ever.
  const late = async (refreshesUnused: boolean, isAsked: boolean): Promise<number> => {
    const { keeper, time, ask, loads } = startKeeper(t, { refreshesUnused })
    await ask('one', 1, time.now + 2000)
    time.now += 10_000
    if (isAsked) keeper.get('one')
    await setTimeout(1200)
    return loads()
  }
  const all = [late(true, false), late(false, true), late(false, false)]
  t.same(await Promise.all(all), [2, 2, 1])
})
