import t from 'tap'
import { runIdleAndSlow } from '../soak/idle-and-slow-load.ts'

const IDLE = 100
const PER_SECOND = 30
const SECONDS = 12

t.test('idle and slow clients take nothing from others, and leave nothing behind', async (t) => {
  const result = await runIdleAndSlow({
    directory: t.testdir({}),
    workers: 1,
    seconds: SECONDS,
    perSecond: PER_SECOND,
    idle: IDLE,
    slowOfEachKind: 5,
    // Above what an honest client takes on a busy machine, and below how long it lasts.
    limits: { handshakeTimeout: '6s', headersTimeout: '5s', bodyTimeout: '5s' },
  })
  t.equal(result.sent, PER_SECOND * SECONDS)
  t.same(result.failures, [])
  t.equal(result.idleAtEnd, IDLE)
  const { 'unread response': _, ...cutOff } = result.cut
  for (const [kind, count] of Object.entries(cutOff)) t.ok(count > 0, `slow ones cut off: ${kind}`)
  t.ok(result.samples.length > 0, 'it was looked at meanwhile')
  t.ok(
    result.after.descriptors <= result.before.descriptors,
    `descriptors: ${result.before.descriptors} before, ${result.after.descriptors} after`,
  )
})
