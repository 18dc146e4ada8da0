/*
 * All connections to the target are taken, by answers that come in drops and so never run out of their time. Whoever waits behind them is
 * told so, and does not wait as long as they last.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { codeOf, requestOf, startEdge } from './edge-in-test.ts'
import { startRawTarget, whole, write } from './raw-target.ts'

const TIMEOUT = 'FST_AUTH0_FORWARDER_UPSTREAM_TIMEOUT'

/** An edge with one connection to the target, on which an answer comes in drops until `end` is called. */
async function startTaken(t: Test) {
  const lines: string[] = []
  const target = await startRawTarget(t, write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'))
  const edge = await startEdge(t, {
    options: {
      forwardingTarget: target.origin,
      connections: 1,
      timeouts: { connect: 1_500, headers: 1_000 },
    },
    onLog: (line) => lines.push(line),
  })
  const first = await edge.connect()
  first.write(requestOf('GET /first'))
  while (target.requests.length === 0) await sleep(10)
  let sent = 0
  const drops = setInterval(() => target.sockets[0]?.write('x', () => (sent += 1)), 100)
  t.teardown(() => clearInterval(drops))
  const end = async () => {
    clearInterval(drops)
    await sleep(100)
    target.answerWith(write(whole()))
    target.sockets[0]?.write('x'.repeat(1_000 - sent))
    const { text } = await first.nextResponse('GET')
    first.destroy()
    return text
  }
  return { ...edge, target, lines, end }
}

t.test('a request that waits for a connection has a time of its own', async (t) => {
  const { send, target, lines, end } = await startTaken(t)
  const waiting = ['GET /1', 'GET /2', 'GET /3'].map((line) => send(requestOf(line)))
  const ended = sleep(10_000, undefined, { ref: false }).then(end)
  ended.catch(() => {})
  for (const answer of await Promise.all(waiting)) {
    t.equal(answer?.status, 504)
    t.equal(codeOf(answer), TIMEOUT)
  }
  t.match(lines.join(''), /no connection was free in time/)
  t.equal((await end()).length, 1_000, 'the one before them has its whole answer')
  t.equal((await send(requestOf('GET /next')))?.text, 'ok', 'and whoever comes next is served')
  t.same(
    target.requests.map(({ path }) => path),
    ['/first', '/next'],
    'nothing of them was sent',
  )
})

t.test('each by when it came', async (t) => {
  const { send, target, end } = await startTaken(t)
  const early = send(requestOf('GET /early'))
  await sleep(1_000)
  const late = send(requestOf('GET /late'))
  t.equal((await early)?.status, 504)
  await end()
  t.equal((await late)?.status, 200)
  t.same(
    target.requests.map(({ path }) => path),
    ['/first', '/late'],
  )
})
