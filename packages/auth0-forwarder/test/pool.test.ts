import { once } from 'node:events'
import { answerJson, neverAnswer, type UpstreamHandler } from '@mtls-edge/testkit'
import t from 'tap'
import { codeOf, headerOf, requestOf, startEdge } from './edge-in-test.ts'

t.test('1,000 requests in a row on one connection use one connection to the target', async (t) => {
  const { upstream, connect } = await startEdge(t)
  const connection = await connect()
  let answered = 0
  for (let at = 0; at < 1_000; at += 1) {
    const body = at % 2 === 0 ? '' : 'a=b'
    const response = await connection.request(
      requestOf(at % 2 === 0 ? 'GET /' : 'POST /', [`Content-Length: ${body.length}`], body),
    )
    if (response.status === 200) answered += 1
  }
  connection.destroy()
  t.equal(answered, 1_000)
  t.equal(upstream.connections.opened, 1)
  t.equal(upstream.requests.length, 1_000)
})

t.test('requests at the same time open no more connections than the pool has', async (t) => {
  const options = { connections: 3, maxWaiting: 40 }
  const { upstream, send } = await startEdge(t, { options })
  // More in all than there are places: each answer must give its place back.
  for (let round = 0; round < 3; round += 1) {
    const responses = await Promise.all(Array.from({ length: 40 }, () => send(requestOf('GET /'))))
    t.same([...new Set(responses.map((response) => response?.status))], [200])
  }
  t.ok(upstream.connections.opened <= 3, `${upstream.connections.opened} connections`)
})

t.test('clients that go away leave no place in the pool taken', async (t) => {
  const { upstream, connect, send } = await startEdge(t, {
    handler: neverAnswer(),
    options: { connections: 2, maxWaiting: 1 },
  })
  for (let round = 0; round < 6; round += 1) {
    const connection = await connect()
    connection.write(requestOf('GET /'))
    const reached = await upstream.nextRequest()
    connection.destroy()
    await reached.ended
  }
  upstream.answerWith(answerJson())
  t.equal((await send(requestOf('GET /')))?.status, 200)
})

t.test(
  'requests beyond those that may wait are refused, and nothing of them is sent',
  async (t) => {
    const { upstream, connect, send } = await startEdge(t, {
      handler: neverAnswer(),
      options: { connections: 1, maxWaiting: 1 },
    })
    const first = await connect()
    first.write(requestOf('GET /1'))
    await upstream.nextRequest()
    const second = await connect()
    second.write(requestOf('GET /2'))
    // The edge reads its connections in the order of their arrival; one answered round trip later it has seen the second.
    await send(requestOf('GET /', ['Content-Length: 1'], 'x'))
    const response = await send(requestOf('GET /3'))
    t.equal(response?.status, 503)
    t.equal(codeOf(response), 'FST_AUTH0_FORWARDER_UPSTREAM_BUSY')
    t.same(
      upstream.requests.map((request) => request.url),
      ['/1'],
    )
    first.destroy()
    second.destroy()
  },
)

t.test('closing the service closes every connection to the target', async (t) => {
  const closed = new Map<unknown, Promise<unknown>>()
  let answerAll = () => {}
  const allAreThere = new Promise<void>((resolve) => {
    answerAll = resolve
  })
  const handler: UpstreamHandler = async (exchange) => {
    const { socket } = exchange.incoming
    closed.set(socket, once(socket, 'close'))
    if (closed.size === 5) answerAll()
    // None is answered before, so that each one has a connection of its own.
    await allAreThere
    await answerJson()(exchange)
  }
  const { app, upstream, send } = await startEdge(t, { handler })
  await Promise.all(Array.from({ length: 5 }, () => send(requestOf('GET /'))))
  t.ok(upstream.connections.open > 0)
  await app.close()
  await Promise.all(closed.values())
  t.equal(closed.size, upstream.connections.opened)
})

t.test('no listener and no timer is left on a connection of the client', async (t) => {
  const { app, connect } = await startEdge(t)
  const sockets: import('node:net').Socket[] = []
  app.server.on('secureConnection', (socket) => sockets.push(socket))
  const connection = await connect()
  const count = () => sockets[0]?.eventNames().map((name) => sockets[0]?.listenerCount(name))
  await connection.request(requestOf('POST /', ['Content-Length: 3'], 'a=b'))
  const before = count()
  for (let at = 0; at < 50; at += 1) {
    const response = await connection.request(requestOf('POST /', ['Content-Length: 3'], 'a=b'))
    t.equal(headerOf(response, 'connection'), 'keep-alive')
  }
  t.same(count(), before)
  connection.destroy()
})
