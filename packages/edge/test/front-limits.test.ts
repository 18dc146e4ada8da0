import { once } from 'node:events'
import { openTlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { hello } from './front-hello.ts'
import { createAuthorities, get, MTLS_DOMAIN, startStage } from './front-stage.ts'
import { askHello, openTcp, readToEnd } from './front-wire.ts'

const authorities = createAuthorities()

t.test('a hello must be whole within its time, however busily it trickles', async (t) => {
  const stage = await startStage({ authorities, front: { helloTimeout: 1_500 } })
  t.teardown(() => stage.close())
  const event = stage.nextEvent()
  const socket = await openTcp(stage.port)
  const bytes = hello({ serverName: MTLS_DOMAIN, extraExtensions: [[21, Buffer.alloc(9_000)]] })
  let sent = 0
  const trickle = setInterval(() => socket.write(bytes.subarray(sent, ++sent)), 5)
  t.same(await readToEnd(socket), Buffer.alloc(0))
  clearInterval(trickle)
  t.match(await event, { reason: 'hello_timeout', serverName: null })
  t.ok(sent > 5 && sent < bytes.length, 'bytes came all the time, and it was not whole')
})

t.test('a connection without a byte is closed in the same time', async (t) => {
  const stage = await startStage({ authorities, front: { helloTimeout: 50 } })
  t.teardown(() => stage.close())
  const event = stage.nextEvent()
  t.same(await readToEnd(await openTcp(stage.port)), Buffer.alloc(0))
  t.match(await event, { reason: 'hello_timeout' })
})

t.test('a handshake must end within its time', async (t) => {
  for (const versions of [[0x0303], [0x0304]]) {
    const stage = await startStage({ authorities, front: { handshakeTimeout: 100 } })
    t.teardown(() => stage.close())
    const event = stage.nextEvent()
    const socket = await openTcp(stage.port)
    socket.write(hello({ serverName: MTLS_DOMAIN, versions }))
    t.equal((await readToEnd(socket))[0], 22, 'the server had answered the hello')
    t.match(await event, { reason: 'handshake_timeout', serverName: MTLS_DOMAIN })
    t.equal(stage.events.length, 1)
  }
})

t.test('the limits of hello and handshake end with the handshake', async (t) => {
  const stage = await startStage({
    authorities,
    front: { helloTimeout: 1_000, handshakeTimeout: 1_000 },
  })
  t.teardown(() => stage.close())
  const connection = await openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  const other = stage.nextEvent()
  await readToEnd(await openTcp(stage.port))
  await other
  t.equal((await connection.request(get(MTLS_DOMAIN))).status, 200, 'open after both limits')
  connection.destroy()
})

t.test('slow headers are answered with 408, though the server never listens', async (t) => {
  const stage = await startStage({ authorities, host: { limits: { headersTimeout: 200 } } })
  t.teardown(() => stage.close())
  const connection = await openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  connection.write(`GET / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\nX-Slow: `)
  const trickle = setInterval(() => connection.write('a'), 20)
  t.equal((await connection.nextResponse()).status, 408)
  clearInterval(trickle)
  await connection.waitForClose()
})

t.test('a connection that never asked anything is closed without an answer', async (t) => {
  const stage = await startStage({ authorities, host: { limits: { headersTimeout: 100 } } })
  t.teardown(() => stage.close())
  const connection = await openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  t.equal(await connection.waitForClose(), null)
  t.equal(connection.unread().length, 0)
})

t.test('a slow body is answered with 408', async (t) => {
  const stage = await startStage({
    authorities,
    host: { limits: { headersTimeout: 200, requestTimeout: 200 } },
    listener: (request, response) => request.resume().on('end', () => response.end()),
  })
  t.teardown(() => stage.close())
  const connection = await openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  connection.write(`POST / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\nContent-Length: 10000\r\n\r\n`)
  const trickle = setInterval(() => connection.write('a'), 20)
  t.equal((await connection.nextResponse()).status, 408)
  clearInterval(trickle)
  await connection.waitForClose()
})

t.test('an answer that is not read ends with its connection', async (t) => {
  let onClose = () => {}
  const closed = new Promise<void>((resolve) => {
    onClose = resolve
  })
  const stage = await startStage({
    authorities,
    host: { limits: { inactivityTimeout: 150 } },
    listener(_request, response) {
      response.once('close', onClose)
      response.end(Buffer.alloc(64 * 1024 * 1024))
    },
  })
  t.teardown(() => stage.close())
  const connection = await openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  connection.socket.pause()
  connection.write(get(MTLS_DOMAIN))
  await closed
  connection.destroy()
})

t.test('a slow answer that is read goes on, however long it takes', async (t) => {
  const stage = await startStage({
    authorities,
    host: { limits: { inactivityTimeout: 150 } },
    listener(_request, response) {
      let parts = 0
      const timer = setInterval(() => {
        response.write('part')
        if (++parts < 8) return
        clearInterval(timer)
        response.end()
      }, 50)
    },
  })
  t.teardown(() => stage.close())
  const connection = await openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  t.equal((await connection.request(get(MTLS_DOMAIN))).text, 'part'.repeat(8))
  connection.destroy()
})

t.test('an idle connection is closed after its time', async (t) => {
  const stage = await startStage({ authorities, host: { limits: { keepAliveTimeout: 50 } } })
  t.teardown(() => stage.close())
  const connection = await openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  const answer = await connection.request(get(MTLS_DOMAIN))
  t.match(answer.headers, { connection: 'keep-alive' })
  t.equal(await connection.waitForClose(), null)
})

t.test('a connection has a greatest number of requests, told in the last answer', async (t) => {
  const stage = await startStage({ authorities, host: { limits: { maxRequestsPerSocket: 2 } } })
  t.teardown(() => stage.close())
  const connection = await openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  t.match(await connection.request(get(MTLS_DOMAIN)), { headers: { connection: 'keep-alive' } })
  t.match(await connection.request(get(MTLS_DOMAIN)), { headers: { connection: 'close' } })
  await connection.waitForClose()
})

t.test('headers over the size get 431', async (t) => {
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())
  const connection = await openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  const request = `GET / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\nX-Long: ${'a'.repeat(17_000)}\r\n\r\n`
  t.equal((await connection.request(request)).status, 431)
  await connection.waitForClose()
})

for (const [lines, status] of [
  [99, 200],
  [100, 431],
  [250, 431],
  [2_500, 431],
] as const) {
  t.test(`Host and ${lines} more header lines get ${status}`, async (t) => {
    const seen: number[] = []
    const stage = await startStage({
      authorities,
      listener(request, response) {
        seen.push(request.rawHeaders.length / 2)
        response.end()
      },
    })
    t.teardown(() => stage.close())
    const connection = await openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
    const answer = await connection.request(
      `GET / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\n${'a:b\r\n'.repeat(lines)}\r\n`,
    )
    t.equal(answer.status, status)
    t.same(seen, status === 200 ? [lines + 1] : [])
    if (status === 431) {
      t.match(JSON.parse(answer.text), { error: 'invalid_request' })
      await connection.waitForClose()
    }
    connection.destroy()
  })
}

t.test('connections over the limit are dropped and reported', async (t) => {
  const stage = await startStage({ authorities, front: { maxConnections: 1 } })
  t.teardown(() => stage.close())
  const first = await openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  const event = stage.nextEvent()
  const bytes = hello({ serverName: MTLS_DOMAIN })
  t.same(await askHello(stage.port, bytes).catch(() => ({ kind: 'closed' })), { kind: 'closed' })
  t.match(await event, { type: 'connection_dropped', remoteAddress: '127.0.0.1' })
  t.equal((await first.request(get(MTLS_DOMAIN))).status, 200)
  const closed = once(first.socket, 'close')
  first.destroy()
  await closed
})
