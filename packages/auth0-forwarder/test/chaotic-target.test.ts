/*
 * A target that does everything wrong, at random, while many clients ask at once: nobody may ever get somebody else's answer, nobody
 * may wait for ever, and when it has come to its senses, everybody is served.
 */
import t from 'tap'
import { requestOf, startEdge } from './edge-in-test.ts'
import { type RawAnswer, startRawTarget, whole } from './raw-target.ts'

const REQUESTS = 1_200
const CLIENTS = 12
const CONNECTIONS = 4

/** Numbers that are the same in every run (a linear congruential generator). */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const poison = whole('somebody else')
const chunked = (body: string): string =>
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

/** What the target may do to a request; `body` is what the client is to get. */
const behaviours: readonly ((body: string) => RawAnswer)[] = [
  (body) => (socket) => socket.write(whole(body)),
  (body) => (socket) => socket.write(chunked(body)),
  (body) => (socket) => {
    for (const piece of whole(body).match(/.{1,7}/gs) ?? []) socket.write(piece)
  },
  (body) => (socket) => socket.write(`HTTP/1.1 103 Hints\r\n\r\n${whole(body)}`),
  (body) => (socket) => socket.write(whole(body) + poison),
  (body) => (socket) => socket.write(chunked(body) + poison),
  (body) => (socket) => socket.end(whole(body)),
  (body) => (socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${body}`),
  (body) => (socket) => socket.end(whole(body).slice(0, -2)),
  (body) => (socket) => socket.write(whole(body).replace('\r\n', '\n')),
  (body) => (socket) => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 1\r\n${whole(body)}`),
  () => (socket) => socket.end(),
  () => (socket) => socket.destroy(),
  () => (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Le'),
  () => () => {},
]

t.test('whatever a target does, nobody gets the answer to another request', async (t) => {
  const random = seeded(20_261_125)
  let isCalm = false
  const target = await startRawTarget(t, (socket, { requests }) => {
    const body = requests.at(-1)?.path ?? ''
    // It fails to answer at all more seldom than it should, or all would wait for that alone.
    const at = isCalm ? 0 : random(random(10) === 0 ? behaviours.length : behaviours.length - 2)
    behaviours[at]?.(body)(socket, target)
  })
  const { connect } = await startEdge(t, {
    options: {
      forwardingTarget: target.origin,
      connections: CONNECTIONS,
      timeouts: { headers: 500, body: 500 },
    },
  })
  const outcomes = new Map<string, number>()
  const wrong: string[] = []
  let asked = 0

  async function askOn(client: Awaited<ReturnType<typeof connect>>): Promise<void> {
    const path = `/${asked++}`
    const { status, text } = await client.request(requestOf(`GET ${path}`))
    if (status === 200 && text !== path) wrong.push(`${path} got ${text}`)
    outcomes.set(String(status), (outcomes.get(String(status)) ?? 0) + 1)
  }
  async function beClient(): Promise<void> {
    let client = await connect()
    while (asked < REQUESTS) {
      try {
        await askOn(client)
      } catch {
        // An answer that broke off takes the client's connection with it.
        outcomes.set('cut', (outcomes.get('cut') ?? 0) + 1)
        client.destroy()
        client = await connect()
      }
      const open = target.sockets.filter((socket) => !socket.closed).length
      // Those that the edge has closed are not closed here at once.
      if (open > CONNECTIONS * 4) wrong.push(`${open} connections`)
    }
    client.destroy()
  }

  await Promise.all(Array.from({ length: CLIENTS }, beClient))
  t.same(wrong, [])
  t.comment(JSON.stringify(Object.fromEntries(outcomes)))
  for (const status of ['200', '502', '504']) t.ok(outcomes.get(status) ?? 0, `some are ${status}`)
  isCalm = true
  const last = await connect()
  for (let round = 0; round < CONNECTIONS * 2; round += 1) {
    const path = `/calm-${round}`
    t.match(await last.request(requestOf(`GET ${path}`)), { status: 200, text: path })
  }
  last.destroy()
})
