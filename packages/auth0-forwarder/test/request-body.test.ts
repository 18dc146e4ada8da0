import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { echo } from '@mtls-edge/testkit'
import t from 'tap'
import { codeOf, headerOf, requestOf, startEdge } from './edge-in-test.ts'

const form = 'Content-Type: application/x-www-form-urlencoded'

t.test('a body of known length keeps it, byte for byte', async (t) => {
  const { upstream, send } = await startEdge(t)
  for (const body of ['a=b', 'grant_type=x&b=%00%ff&c=+', '{"not": "json"', '\x00\xff\r\n\r\n']) {
    upstream.forget()
    const bytes = requestOf('POST /oauth/token', [form, `Content-Length: ${body.length}`], body)
    t.equal((await send(bytes))?.status, 200)
    const [reached] = upstream.requests
    t.same(reached?.body, Buffer.from(body, 'latin1'))
    t.same(reached?.valuesOf('content-length'), [String(body.length)])
    t.same(reached?.valuesOf('transfer-encoding'), [])
    t.same(reached?.valuesOf('content-type'), ['application/x-www-form-urlencoded'])
  }
})

t.test('a chunked body stays chunked, also when it came in one piece', async (t) => {
  const { upstream, send } = await startEdge(t)
  const bytes = requestOf(
    'POST /oauth/token',
    [form, 'Transfer-Encoding: chunked'],
    '3;ext=1\r\na=b\r\n2\r\n&c\r\n0\r\n\r\n',
  )
  t.equal((await send(bytes))?.status, 200)
  const [reached] = upstream.requests
  t.equal(reached?.body.toString(), 'a=b&c')
  t.same(reached?.valuesOf('transfer-encoding'), ['chunked'])
  t.same(reached?.valuesOf('content-length'), [])
})

/*
 * The attack: a service without path-guard, behind a parser that is set to be lenient, forwards a length that the target reads
 * differently: what is a body here is the next request there.
 */
t.test('a body with two lengths, or one that is none, is refused behind any parser', async (t) => {
  const { app, upstream, send } = await startEdge(t)
  const chunked = '3\r\na=b\r\n0\r\n\r\n'
  Object.assign(app.server, { insecureHTTPParser: true })
  for (const fields of [
    ['Transfer-Encoding: chunked', 'Content-Length: 3'],
    ['Content-Length: 3', 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: gzip, chunked'],
  ]) {
    const response = await send(requestOf('POST /', fields, chunked))
    t.equal(response?.status, 400, fields.join())
    t.equal(codeOf(response), 'FST_AUTH0_FORWARDER_AMBIGUOUS_FRAMING', fields.join())
  }
  for (const length of ['', 'abc', '-1', '+3', '3, 3', '0x3', '3.0', '1e1', '1'.repeat(16)]) {
    const headers = { 'content-length': length }
    const response = await app.inject({ method: 'POST', url: '/', headers, payload: 'a=b' })
    t.equal(response.statusCode, 400, length)
    t.equal(response.json().code, 'FST_AUTH0_FORWARDER_AMBIGUOUS_FRAMING', length)
  }
  t.equal(upstream.requests.length, 0)
  t.equal((await send(requestOf('POST /', ['Transfer-Encoding: Chunked'], chunked)))?.status, 200)
})

t.test('no content type and no parser stands in the way of a body', async (t) => {
  const { upstream, send } = await startEdge(t)
  const types = ['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'a/b; c=d']
  for (const type of [...types, 'multipart/form-data; boundary=x', null]) {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      upstream.forget()
      const headers = type === null ? [] : [`Content-Type: ${type}`]
      const bytes = requestOf(`${method} /`, [...headers, 'Content-Length: 3'], '{"{')
      t.equal((await send(bytes))?.status, 200, `${method} ${type}`)
      t.equal(upstream.requests[0]?.body.toString(), '{"{', `${method} ${type}`)
    }
  }
})

t.test('a POST without a body says so', async (t) => {
  const { upstream, send } = await startEdge(t)
  t.equal((await send(requestOf('POST /', [form, 'Content-Length: 0'])))?.status, 200)
  t.equal((await send(requestOf('POST /')))?.status, 200)
  for (const reached of upstream.requests) t.same(reached.valuesOf('content-length'), ['0'])
})

t.test(
  'a large chunked body streams in chunks, and its connection is good for the next request',
  async (t) => {
    const { upstream, send } = await startEdge(t)
    const chunk = `61a8\r\n${'x'.repeat(25_000)}\r\n`
    for (const count of [8, 4]) {
      upstream.forget()
      const body = `${chunk.repeat(count)}0\r\n\r\n`
      const bytes = requestOf('POST /', [form, 'Transfer-Encoding: chunked'], body)
      t.equal((await send(bytes))?.status, 200)
      const [reached] = upstream.requests
      t.equal(reached?.body.length, count * 25_000)
      t.ok(reached?.body.every((byte) => byte === 0x78))
      t.same(reached?.valuesOf('transfer-encoding'), ['chunked'])
    }
    t.equal(upstream.connections.opened, 1)
  },
)

t.test('large bodies stream both ways unchanged', async (t) => {
  const body = randomBytes(900_000).toString('latin1')
  const { upstream, send } = await startEdge(t, { handler: echo() })
  const bytes = requestOf('POST /', [`Content-Length: ${body.length}`], body)
  const response = await send(bytes)
  t.equal(response?.status, 200)
  t.ok(response?.body.equals(Buffer.from(body, 'latin1')))
  t.equal(upstream.requests[0]?.body.length, body.length)
})

// Node ends a request with the last part that it has, whoever listens by then.
t.test('a body that streams by its last part alone is forwarded like any other', async (t) => {
  const { upstream, send } = await startEdge(t, {
    setUp: (scope) =>
      scope.addHook('onRequest', async ({ raw }) => {
        while (!raw.complete) await nextTurn()
      }),
  })
  // Read from four TLS records, it is not more than 64 KiB; the fifth one has the rest.
  const body = randomBytes(70_000)
  const text = body.toString('latin1')
  const chunks = `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`
  for (const bytes of [
    requestOf('POST /', [`Content-Length: ${text.length}`], text),
    requestOf('POST /', ['Transfer-Encoding: chunked'], chunks),
  ]) {
    upstream.forget()
    t.equal((await send(bytes))?.status, 200)
    t.ok(upstream.requests[0]?.body.equals(body))
  }
})

t.test(
  'the first part of a large body reaches the target before the last one is sent',
  async (t) => {
    const { upstream, connect } = await startEdge(t)
    const connection = await connect()
    const first = 'x'.repeat(70_000)
    connection.write(requestOf('POST /', ['Content-Length: 70003'], first))
    const reached = await upstream.nextRequest()
    t.equal(reached.complete, false)
    connection.write('def')
    t.equal((await connection.nextResponse()).status, 200)
    t.equal(reached.body.toString(), `${first}def`)
    connection.destroy()
  },
)

/*
 * The attack: begin as many bodies as there are connections to the target, and never end one. Whoever comes with a whole
 * request waits for them, without end.
 */
t.test('bodies that do not come hold no connection to the target', async (t) => {
  const { upstream, connect, send } = await startEdge(t, { options: { connections: 2 } })
  const slow = await Promise.all([connect(), connect(), connect()])
  for (const connection of slow) {
    connection.write(requestOf('POST /slow', ['Content-Length: 100'], 'a'))
  }
  t.equal((await send(requestOf('GET /victim')))?.status, 200)
  t.equal((await send(requestOf('POST /victim', ['Content-Length: 3'], 'a=b')))?.status, 200)
  t.same(
    upstream.requests.map(({ url }) => url),
    ['/victim', '/victim'],
  )
  for (const connection of slow) connection.destroy()
})

t.test('large bodies that do not come hold half of the connections at the most', async (t) => {
  const { upstream, connect, send } = await startEdge(t, { options: { connections: 2 } })
  const first = requestOf('POST /slow', ['Content-Length: 100000'], 'x'.repeat(70_000))
  const slow = await connect()
  slow.write(first)
  await upstream.nextRequest()
  const second = await send(first)
  t.equal(second?.status, 503)
  t.equal(codeOf(second), 'FST_AUTH0_FORWARDER_UPSTREAM_BUSY')
  t.equal((await send(requestOf('GET /victim')))?.status, 200)
  slow.write('x'.repeat(30_000))
  t.equal((await slow.nextResponse()).status, 200)
  const whole = requestOf('POST /', ['Content-Length: 100000'], 'x'.repeat(100_000))
  t.equal((await send(whole))?.status, 200, 'its place is free again')
  slow.destroy()
})

t.test('a GET or a HEAD with a body is refused and the connection closed', async (t) => {
  const { upstream, connect } = await startEdge(t)
  for (const method of ['GET', 'HEAD']) {
    for (const framing of ['Content-Length: 3', 'Transfer-Encoding: chunked']) {
      const connection = await connect()
      const response = await connection.request(requestOf(`${method} /`, [framing]))
      t.equal(response.status, 400, `${method} ${framing}`)
      t.equal(headerOf(response, 'connection'), 'close')
      if (method === 'GET') t.equal(codeOf(response), 'FST_AUTH0_FORWARDER_UNEXPECTED_BODY')
      await connection.waitForClose()
    }
  }
  t.equal(upstream.requests.length, 0)
})

/*
 * The attack: two readers of one message find two ends of it, and what is body to the one is the next request to the
 * other, with the headers of its sender's choice (request smuggling).
 */
t.test('a transfer coding other than chunked is refused', async (t) => {
  const { upstream, send } = await startEdge(t)
  for (const coding of ['xchunked', 'gzip, chunked', 'identity', 'chunked, identity', 'x']) {
    const headers = [form, `Transfer-Encoding: ${coding}`]
    const response = await send(requestOf('POST /', headers, '0\r\n\r\n'))
    t.equal(response?.status, 400, coding)
  }
  t.equal(upstream.requests.length, 0)
})

t.test('a body that somebody has read is not made up anew', async (t) => {
  const { upstream, send } = await startEdge(t, {
    setUp: (scope) => {
      scope.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) =>
        done(null, body),
      )
      scope.addHook('preHandler', async (request) => {
        if (request.headers['x-read'] !== undefined) for await (const _ of request.raw);
        if (request.headers['x-made'] !== undefined) request.body = { made: 'anew' }
      })
    },
  })
  const body = ['Content-Length: 3', '', 'a=b'].join('\r\n')
  for (const bytes of [
    requestOf('POST /', ['Content-Type: text/plain', body]),
    requestOf('POST /', [form, 'x-read: 1', body]),
    requestOf('POST /', [form, 'x-made: 1', body]),
    requestOf('GET /', ['x-made: 1']),
  ]) {
    const response = await send(bytes)
    t.equal(response?.status, 500, bytes)
    t.equal(codeOf(response), 'FST_AUTH0_FORWARDER_BODY_ALREADY_READ', bytes)
  }
  t.equal(upstream.requests.length, 0)
})
