/** A burst of requests after a quiet time, and how many connections to the target it begins at once. */
import { once } from 'node:events'
import { createServer, connect as openTcp, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { codeOf, requestOf, startEdge } from './edge-in-test.ts'
import { listenOnLoopback } from './listen.ts'

/** Attempts at once where nothing is open. */
const AT_ONCE = 8
const BURST = 40

interface Gate {
  readonly origin: string
  /** Connections that have come so far. */
  readonly count: number
  /** Resolves when so many have come. */
  come(count: number): Promise<void>
  /** Lets all bytes through to this port from now on. */
  open(port: number): void
}

/** A TCP port behind which nothing answers until it is opened: handshakes begin and do not end. */
async function startGate(t: Test): Promise<Gate> {
  const sockets: Socket[] = []
  let to: number | null = null
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    if (to !== null) pass(socket, to)
    server.emit('come')
  })
  const port = await listenOnLoopback(t, server, sockets)
  return {
    origin: `https://localhost:${port}`,
    get count() {
      return sockets.length
    },
    async come(count) {
      while (sockets.length < count) await once(server, 'come')
    },
    open(next) {
      to = next
      for (const socket of sockets) pass(socket, next)
    },
  }
}

function pass(socket: Socket, port: number): void {
  const onward = openTcp(port, '127.0.0.1')
  socket.pipe(onward).on('error', () => socket.destroy())
  onward.pipe(socket)
  socket.once('close', () => onward.destroy())
}

const burst = (send: (bytes: string) => Promise<unknown>) =>
  Array.from({ length: BURST }, () => send(requestOf('GET /')))

t.test('a burst begins few connections, and all of it is answered', async (t) => {
  const gate = await startGate(t)
  const { upstream, send } = await startEdge(t, {
    options: { forwardingTarget: gate.origin, maxWaiting: BURST },
  })
  const answers = burst((bytes) => send(bytes))
  await gate.come(AT_ONCE)
  // Everything has reached the edge by now; what comes of it has too, after this answer of its own.
  t.equal((await send(requestOf('TRACE /')))?.status, 405)
  t.equal(gate.count, AT_ONCE)
  gate.open(upstream.port)
  const statuses = (await Promise.all(answers)).map((answer) =>
    Reflect.get(Object(answer), 'status'),
  )
  t.same([...new Set(statuses)], [200])
})

t.test('where nothing gets through, nobody waits for more than one attempt', async (t) => {
  const gate = await startGate(t)
  const { send } = await startEdge(t, {
    options: { forwardingTarget: gate.origin, maxWaiting: BURST, timeouts: { connect: 1_000 } },
  })
  const answers = await Promise.all(Array.from({ length: BURST }, () => send(requestOf('GET /'))))
  t.same([...new Set(answers.map(codeOf))], ['FST_AUTH0_FORWARDER_UPSTREAM_TIMEOUT'])
  // Who came while the first attempts went on has had no part in them.
  t.ok(gate.count <= 2 * AT_ONCE, `${gate.count} attempts for ${BURST} requests`)
})

t.test('a target that refuses is a failure for all, each once', async (t) => {
  const { send } = await startEdge(t, {
    // Nothing listens there.
    options: { forwardingTarget: 'https://localhost:1', maxWaiting: BURST },
  })
  const answers = await Promise.all(Array.from({ length: BURST }, () => send(requestOf('GET /'))))
  t.same([...new Set(answers.map(codeOf))], ['FST_AUTH0_FORWARDER_UPSTREAM_UNREACHABLE'])
})
