/*
 * An answer that nobody reads: the handler has answered by itself, a hook sends something else, or takes its time while the target
 * breaks off. None of it may hold a connection to the target, let alone end the process.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { codeOf, type EdgeInTest, requestOf, startEdge } from './edge-in-test.ts'
import { type RawAnswer, type RawTarget, startRawTarget, whole, write } from './raw-target.ts'

const LARGE = 20_000_000
const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${LARGE}\r\n\r\n`
/** More than fits between target and client. */
const endless: RawAnswer = (socket) => {
  socket.write(`${head}${'x'.repeat(LARGE)}`)
}

interface Both {
  readonly target: RawTarget
  readonly edge: EdgeInTest
}

async function startBoth(
  t: Test,
  answer: RawAnswer,
  setUp: (scope: FastifyInstance) => void = () => {},
): Promise<Both> {
  const target = await startRawTarget(t, answer)
  const edge = await startEdge(t, { options: { forwardingTarget: target.origin }, setUp })
  return { target, edge }
}

async function isClosed({ target }: Both, at: number): Promise<void> {
  const socket = target.sockets[at]
  // An error before it is no failure: the edge may close by RST.
  if (socket?.closed === false) await new Promise((resolve) => socket.once('close', resolve))
}

t.test('an answer that a hook replaces leaves no connection taken', async (t) => {
  const both = await startBoth(t, endless, (scope) => {
    scope.addHook('onSend', async () => 'something else')
  })
  const client = await both.edge.connect()
  t.equal((await client.request(requestOf('GET /'))).text, 'something else')
  await isClosed(both, 0)
  client.destroy()
})

/** Answers by itself as soon as the head of the target's answer is there. */
function answerBeside(scope: FastifyInstance): void {
  scope.get('/late', (_request, reply) => {
    reply.forwardToAuth0({ clientCertificate: null })
    process.once('headIsSent', () => setTimeout(() => reply.send('too late'), 50))
  })
}

t.test('an answer beside that of the handler leaves no connection taken', async (t) => {
  const both = await startBoth(
    t,
    (socket) => {
      socket.write(head)
      Reflect.apply(process.emit, process, ['headIsSent'])
      setTimeout(() => socket.write('x'.repeat(LARGE)), 100)
    },
    answerBeside,
  )
  const client = await both.edge.connect()
  t.equal((await client.request(requestOf('GET /late'))).text, 'too late')
  await isClosed(both, 0)
  both.target.answerWith(write(whole()))
  t.equal((await client.request(requestOf('GET /next'))).text, 'ok')
  client.destroy()
})

t.test('a request that is answered already is not sent', async (t) => {
  let tell = () => {}
  const isAnswered = new Promise<void>((resolve) => {
    tell = resolve
  })
  const both = await startBoth(t, write(whole()), (scope) => {
    scope.get('/answered', (_request, reply) => {
      // Large: it takes its time to the client, and no end of it aborts anything.
      reply.code(403).send('n'.repeat(LARGE))
      tell()
      reply.forwardToAuth0({ clientCertificate: null })
    })
  })
  t.equal((await both.edge.send(requestOf('GET /')))?.text, 'ok')
  const client = await both.edge.connect()
  client.write(requestOf('GET /answered'))
  await isAnswered
  t.equal((await both.edge.send(requestOf('GET /next')))?.text, 'ok')
  client.destroy()
  t.same(
    both.target.requests.map(({ path }) => path),
    ['/', '/next'],
  )
})

t.test('a target that breaks off while a hook takes its time is a 502', async (t) => {
  const both = await startBoth(
    t,
    (socket) => {
      socket.write(`${head}x`)
      setTimeout(() => socket.destroy(), 50)
    },
    (scope) => {
      scope.addHook('onSend', async (_request, _reply, payload) => {
        await Promise.all([isClosed(both, 0), sleep(200)])
        return payload
      })
    },
  )
  const answer = await both.edge.send(requestOf('GET /'))
  t.equal(answer?.status, 502)
  t.equal(codeOf(answer), 'FST_AUTH0_FORWARDER_UPSTREAM_UNREACHABLE')
})

/*
 * Node gives an answer its socket when those before it are sent, and tells none that waits for it that the connection has ended.
 */
t.test('a client that goes takes all of its pipelined requests along', async (t) => {
  const both = await startBoth(t, (socket, { requests }) => {
    if (requests.at(-1)?.path === '/endless') endless(socket, both.target)
  })
  const client = await both.edge.connect()
  const paths = ['/endless', '/endless', '/never']
  client.write(paths.map((path) => requestOf(`GET ${path}`)).join(''))
  while (both.target.requests.length < paths.length) await sleep(10)
  // Until nobody reads on.
  await sleep(200)
  client.destroy()
  for (const at of paths.keys()) await isClosed(both, at)
  t.equal(both.target.sockets.length, paths.length)
})
