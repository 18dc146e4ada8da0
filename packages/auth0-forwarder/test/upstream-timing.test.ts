/** Targets and clients that are slow, silent or gone, and the connections that are left behind by them. */
import { once } from 'node:events'
import { connect } from 'node:tls'
import { answerBeforeBody } from '@mtls-edge/testkit'
import t from 'tap'
import { codeOf, requestOf, startEdge } from './edge-in-test.ts'
import { startRawTarget, whole, write } from './raw-target.ts'

const TIMEOUT = 'FST_AUTH0_FORWARDER_UPSTREAM_TIMEOUT'
const long = 600_000

t.test(
  'a head that comes in drops is not waited for longer than one that does not come',
  async (t) => {
    const drops: NodeJS.Timeout[] = []
    t.teardown(() => drops.forEach(clearInterval))
    const target = await startRawTarget(t, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-A: ')
      drops.push(setInterval(() => socket.write('a'), 20))
    })
    const { send } = await startEdge(t, {
      options: { forwardingTarget: target.origin, timeouts: { headers: 200 } },
    })
    const response = await send(requestOf('GET /'))
    t.equal(response?.status, 504)
    t.equal(codeOf(response), TIMEOUT)
  },
)

t.test('interim answers do not put the answer off', async (t) => {
  const drops: NodeJS.Timeout[] = []
  t.teardown(() => drops.forEach(clearInterval))
  const target = await startRawTarget(t, (socket) => {
    drops.push(setInterval(() => socket.write('HTTP/1.1 102 Processing\r\n\r\n'), 50))
  })
  const { send } = await startEdge(t, {
    options: { forwardingTarget: target.origin, timeouts: { headers: 200 } },
  })
  t.equal(codeOf(await send(requestOf('GET /'))), TIMEOUT)
})

t.test('a body may take its time, as long as parts of it come', async (t) => {
  const parts = [...'as slow as that']
  const all = parts.join('')
  const target = await startRawTarget(t, (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${parts.length}\r\n\r\n`)
    const timer = setInterval(() => {
      const part = parts.shift()
      if (part === undefined) clearInterval(timer)
      else socket.write(part)
    }, 100)
  })
  const { send } = await startEdge(t, {
    options: { forwardingTarget: target.origin, timeouts: { headers: 800, body: 800 } },
  })
  t.equal((await send(requestOf('GET /')))?.text, all)
})

t.test('a body that stops is broken off', async (t) => {
  const target = await startRawTarget(t, write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'))
  const { connect } = await startEdge(t, {
    options: { forwardingTarget: target.origin, timeouts: { body: 100 } },
  })
  const connection = await connect()
  connection.write(requestOf('GET /'))
  await t.rejects(connection.nextResponse('GET'), /closed before a complete response/)
  t.match(connection.unread().toString(), /^HTTP\/1\.1 200 /)
  t.match(connection.unread().toString(), /half$/)
})

t.test('an idle connection is closed when the target says that it will close it', async (t) => {
  const kept = 'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=4\r\nContent-Length: 2\r\n\r\nok'
  const target = await startRawTarget(t, write(kept))
  const { send } = await startEdge(t, { options: { forwardingTarget: target.origin } })
  for (let round = 0; round < 2; round += 1) t.equal((await send(requestOf('GET /')))?.text, 'ok')
  t.equal(target.sockets.length, 1)
  const [socket] = target.sockets
  if (socket?.closed === false) await once(socket, 'close')
  t.equal((await send(requestOf('GET /')))?.text, 'ok')
  t.equal(target.sockets.length, 2)
})

t.test('a target that does not read is a 504', async (t) => {
  const { upstream, connect } = await startEdge(t, {
    handler: ({ incoming }) => {
      incoming.removeAllListeners('data').pause()
    },
    options: { timeouts: { headers: 300 }, maxBodyBytes: 2 ** 30 },
  })
  const connection = await connect()
  connection.write(requestOf('POST /', ['Content-Length: 100000000'], 'x'.repeat(20_000_000)))
  await upstream.nextRequest()
  const response = await connection.nextResponse('POST')
  t.equal(response.status, 504)
  t.equal(codeOf(response), TIMEOUT)
  connection.destroy()
})

t.test('a target that reads slowly gets all of it, and the client waits', async (t) => {
  const bytes = 40_000_000
  let received = 0
  const target = await startRawTarget(t, (socket, { received: [first = ''] }) => {
    received = first.length - first.indexOf('\r\n\r\n') - 4
    socket.removeAllListeners('data').pause()
    socket.on('data', (part) => {
      received += part.length
      if (received === bytes) socket.write(whole())
    })
  })
  const { port } = await startEdge(t, {
    options: { forwardingTarget: target.origin, maxBodyBytes: bytes },
  })
  const client = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  t.teardown(() => client.destroy())
  let isBlocked = true
  client.write(requestOf('POST /', [`Content-Length: ${bytes}`]))
  client.write('x'.repeat(bytes), () => {
    isBlocked = false
  })
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  t.ok(isBlocked, 'the client could not write all of it')
  target.sockets[0]?.resume()
  const [answer] = await once(client, 'data')
  t.match(String(answer), /^HTTP\/1\.1 200 /)
  t.equal(received, bytes)
  t.notOk(isBlocked)
})

t.test('an answer before the end of the request is the last of its connection', async (t) => {
  const { upstream, connect, send } = await startEdge(t, { handler: answerBeforeBody(401) })
  const connection = await connect()
  connection.write(requestOf('POST /', ['Content-Length: 100000'], 'x'.repeat(70_000)))
  t.equal((await connection.nextResponse('POST')).status, 401)
  t.equal((await send(requestOf('GET /')))?.status, 401)
  t.same(
    upstream.requests.map((request) => request.connection),
    [1, 2],
  )
  t.equal(upstream.requests[0]?.complete, false)
  connection.destroy()
})

t.test('a client that sends slowly is not held against the target', async (t) => {
  const { upstream, connect } = await startEdge(t, { options: { timeouts: { headers: 1_000 } } })
  const connection = await connect()
  connection.write(requestOf('POST /', ['Content-Length: 70002'], 'x'.repeat(70_000)))
  await upstream.nextRequest()
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  connection.write('ab')
  t.equal((await connection.nextResponse('POST')).status, 200)
  connection.destroy()
})

t.test('a client that reads slowly gets all of it, and the target waits', async (t) => {
  const bytes = 20_000_000
  let isBlocked = false
  const target = await startRawTarget(t, (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`)
    socket.write('x'.repeat(bytes), () => {
      isBlocked = false
    })
    isBlocked = true
  })
  const { port } = await startEdge(t, {
    options: { forwardingTarget: target.origin, timeouts: { body: 1_000 } },
  })
  const client = connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  t.teardown(() => client.destroy())
  await once(client, 'secureConnect')
  client.write(requestOf('GET /', ['Connection: close']))
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  t.ok(isBlocked, 'the target could not write all of it')
  let received = 0
  for await (const part of client) received += part.length
  t.ok(received > bytes, 'head and body')
  t.notOk(isBlocked)
})

t.test('a request that waits is not sent when its client goes, and the next one is', async (t) => {
  const target = await startRawTarget(t, () => {})
  const { connect, send } = await startEdge(t, {
    options: { forwardingTarget: target.origin, connections: 1, timeouts: { headers: long } },
  })
  const first = await connect()
  first.write(requestOf('GET /first'))
  while (target.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
  const gone = await connect()
  gone.write(requestOf('GET /gone'))
  const third = send(requestOf('GET /third'))
  await new Promise((resolve) => setTimeout(resolve, 100))
  gone.destroy()
  await new Promise((resolve) => setTimeout(resolve, 100))
  target.answerWith(write(whole()))
  target.sockets[0]?.write(whole())
  t.equal((await first.nextResponse('GET')).text, 'ok')
  t.equal((await third)?.text, 'ok')
  t.same(target.requests, [
    { path: '/first', connection: 1 },
    { path: '/third', connection: 1 },
  ])
  first.destroy()
})

t.test('requests that wait are served in their order', async (t) => {
  const target = await startRawTarget(t, () => {})
  const { connect } = await startEdge(t, {
    options: { forwardingTarget: target.origin, connections: 1 },
  })
  const clients = []
  for (const name of ['a', 'b', 'c', 'd']) {
    const client = await connect()
    client.write(requestOf(`GET /${name}`))
    clients.push(client)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  target.answerWith(write(whole()))
  target.sockets[0]?.write(whole())
  for (const client of clients) t.equal((await client.nextResponse('GET')).text, 'ok')
  t.same(
    target.requests.map(({ path }) => path),
    ['/a', '/b', '/c', '/d'],
  )
  t.equal(target.sockets.length, 1)
  for (const client of clients) client.destroy()
})

t.test('each of several requests hears of a target that is not there', async (t) => {
  const target = await startRawTarget(t, () => {})
  const { app, send } = await startEdge(t, {
    options: { forwardingTarget: 'https://127.0.0.1:1', connections: 2 },
  })
  const answers = await Promise.all(Array.from({ length: 8 }, () => send(requestOf('GET /'))))
  for (const answer of answers) {
    t.equal(answer?.status, 502)
    t.equal(codeOf(answer), 'FST_AUTH0_FORWARDER_UPSTREAM_UNREACHABLE')
  }
  t.equal(target.sockets.length, 0)
  t.ok(app.server.listening)
})
