import t from 'tap'
import { addressKey } from '../dist/counting/address-key.js'
import {
  answerWorker,
  createOwnCounts,
  createWorkerCounts,
  takePlace,
} from '../dist/counting/index.js'

t.test('hits count from the first one of a window to its end', async (t) => {
  let time = 1_000
  const counts = createOwnCounts(() => time)
  t.same(counts.hit('a', 60_000), { count: 1, endsIn: 60_000 })
  time += 59_999.5
  t.same(counts.hit('a', 60_000), { count: 2, endsIn: 1 })
  t.same(counts.hit('b', 60_000), { count: 1, endsIn: 60_000 })
  time += 0.5
  t.same(counts.hit('a', 60_000), { count: 1, endsIn: 60_000 })
})

t.test('a flood of keys pushes the oldest out, and does not fill the memory', async (t) => {
  const counts = createOwnCounts(() => 0)
  counts.hit('first', 60_000)
  for (let key = 0; key < 100_000; key += 1) counts.hit(String(key), 60_000)
  t.equal(counts.hit('99999', 60_000).count, 2)
  t.equal(counts.hit('first', 60_000).count, 1, 'forgotten')
})

/** Two workers and their primary, without the pipes between them. */
function createWorkers() {
  const primary = createOwnCounts()
  return [1, 2].map(() => {
    const side = answerWorker(primary)
    const counts = createWorkerCounts((question) => {
      const answer = side.ask(question)
      if (answer !== null) setImmediate(() => counts.answer(answer))
    })
    return { counts, end: side.end }
  })
}

t.test('workers count together', async (t) => {
  const [one, two] = createWorkers()
  t.match(await one?.counts.hit('a', 60_000), { count: 1 })
  t.match(await two?.counts.hit('a', 60_000), { count: 2 })
  t.equal(await one?.counts.take('a', 2), true)
  t.equal(await two?.counts.take('a', 2), true)
  t.equal(await two?.counts.take('a', 2), false)
  one?.counts.give('a')
  t.equal(await two?.counts.take('a', 2), true)
  one?.counts.give('a')
  t.equal(await one?.counts.take('a', 2), false, 'nobody gives back what another has')
})

t.test('each answer is for who asked, in whatever order they come, and once', async (t) => {
  const asked: number[] = []
  const counts = createWorkerCounts((question) => {
    if (question.kind !== 'give') asked.push(question.id)
  })
  const answer = (id: number | undefined, value: boolean) => {
    if (id !== undefined) counts.answer({ id, value })
  }
  const [first, second] = [counts.take('a', 1), counts.take('b', 1)]
  answer(asked[1], true)
  answer(asked[0], false)
  t.same([await first, await second], [false, true])

  const [third, fourth] = [counts.take('a', 1), counts.take('b', 1)]
  answer(asked[2], true)
  answer(asked[2], false)
  answer(asked[3], true)
  answer(99, false)
  t.same([await third, await fourth], [true, true])
})

t.test('what a worker had taken is free when it has ended', async (t) => {
  const [one, two] = createWorkers()
  for (let count = 0; count < 3; count += 1) await one?.counts.take('a', 3)
  t.equal(await two?.counts.take('a', 3), false)
  one?.end()
  for (let count = 0; count < 3; count += 1) t.equal(await two?.counts.take('a', 3), true)
})

t.test('a place is given back once, also where the answer comes later', async (t) => {
  const [one] = createWorkers()
  if (one === undefined) throw new Error('no worker')
  const place = takePlace(one.counts, 'a', 1)
  place.leave()
  place.leave()
  t.equal(await place.isGranted, true)
  const next = takePlace(one.counts, 'a', 1)
  t.equal(await next.isGranted, true)
  const refused = takePlace(one.counts, 'a', 1)
  refused.leave()
  t.equal(await refused.isGranted, false)
  t.equal(await takePlace(one.counts, 'a', 1).isGranted, false)
})

t.test('addresses count by what one client has of them', async (t) => {
  t.equal(addressKey('::ffff:192.0.2.1'), addressKey('192.0.2.1'))
  t.not(addressKey('192.0.2.2'), addressKey('192.0.2.1'))
  t.equal(addressKey('2001:db8::1'), addressKey('2001:DB8:0:0:ffff::'))
  t.not(addressKey('2001:db8::1'), addressKey('2001:db8:0:1::1'))
})
