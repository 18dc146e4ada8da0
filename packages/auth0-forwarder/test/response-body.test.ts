import { once } from 'node:events'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import {
  answerBytes,
  halfBody,
  headersAlone,
  rawAnswer,
  type UpstreamHandler,
} from '@mtls-edge/testkit'
import t from 'tap'
import { codeOf, headerOf, requestOf, startEdge } from './edge-in-test.ts'

t.test('small bodies pass as they are, and so does what is said of their type', async (t) => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  const bodies = {
    ascii: Buffer.from('{"token":"x"}'),
    utf8: Buffer.from('{"name":"Zoë"}'),
    latin1: Buffer.from('{"name":"Zo\xeb"}', 'latin1'),
    'every byte': all,
    'ascii, longer than is joined with headers': Buffer.alloc(20_000, 'a'),
  }
  for (const [title, body] of Object.entries(bodies)) {
    for (const type of ['application/json', 'text/plain', 'application/jwt;charset=UTF-8']) {
      // A header beyond ASCII in the same write.
      const headers = { 'content-type': type, 'x-latin': 'caf\xe9' }
      const { send } = await startEdge(t, { handler: answerBytes(body, 200, headers) })
      const response = await send(requestOf('POST /oauth/token'))
      t.same(response?.body, body, `${title} as ${type}`)
      t.equal(headerOf(response, 'content-length'), String(body.length))
      t.equal(headerOf(response, 'content-type'), type)
      t.equal(headerOf(response, 'x-latin'), 'caf\xe9')
    }
  }
})

t.test('compressed bodies pass untouched', async (t) => {
  const bodies = {
    gzip: gzipSync('{"a":1}'),
    br: brotliCompressSync('{"a":1}'),
    deflate: Buffer.from('no deflate'),
  }
  for (const [coding, body] of Object.entries(bodies)) {
    const handler = answerBytes(body, 200, { 'content-encoding': coding })
    const { send } = await startEdge(t, { handler })
    const response = await send(requestOf('GET /', [`Accept-Encoding: ${coding}`]))
    t.equal(headerOf(response, 'content-encoding'), coding)
    t.ok(response?.body.equals(body), coding)
  }
})

t.test('answers without a body end where they should, and the connection goes on', async (t) => {
  const { upstream, connect } = await startEdge(t)
  const connection = await connect()
  const answers = [
    ['HEAD /', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n', 200, '5'],
    ['HEAD /', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 200, undefined],
    ['GET /', 'HTTP/1.1 204 No Content\r\n\r\n', 204, undefined],
    ['GET /', 'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n', 304, undefined],
    ['GET /', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 200, '0'],
  ] as const
  for (const [line, bytes, status, length] of answers) {
    upstream.answerWith(rawAnswer(bytes))
    const response = await connection.request(requestOf(line))
    t.equal(response.status, status, bytes)
    t.equal(headerOf(response, 'content-length'), length, bytes)
    t.equal(response.body.length, 0, bytes)
  }
  connection.destroy()
})

t.test('an answer that breaks off in its body is never completed as if whole', async (t) => {
  const broken = [
    halfBody('half of it'),
    rawAnswer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n'),
    rawAnswer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\nzz\r\n'),
  ]
  for (const handler of broken) {
    const { connect } = await startEdge(t, { handler })
    const connection = await connect()
    connection.write(requestOf('GET /'))
    await t.rejects(connection.nextResponse('GET'), /closed before a complete response/)
    const received = connection.unread().toString()
    t.match(received, /^HTTP\/1\.1 200 /)
    t.notMatch(received, /\r\n0\r\n\r\n$/)
  }
})

t.test(
  'an answer that breaks off before its body is a failure without what it had said',
  async (t) => {
    const said = {
      'content-length': '5',
      'content-encoding': 'gzip',
      'set-cookie': 'a=b',
      etag: '"1"',
    }
    const lines = Object.entries(said).map(([name, value]) => `${name}: ${value}\r\n`)
    const { upstream, connect } = await startEdge(t, { options: { timeouts: { body: 100 } } })
    const connection = await connect()
    const closes = rawAnswer(`HTTP/1.1 200 OK\r\n${lines.join('')}\r\n`)
    const hangs: UpstreamHandler = async ({ request, response }) => {
      await request.ended
      response.writeHead(200, said)
      response.flushHeaders()
    }
    for (const [status, handler] of [
      [502, closes],
      [504, hangs],
    ] as const) {
      upstream.answerWith(handler)
      const response = await connection.request(requestOf('GET /'))
      t.equal(response.status, status)
      t.match(codeOf(response), /^FST_AUTH0_FORWARDER_UPSTREAM_/)
      const names = Object.keys(response.headers).sort()
      t.same(names, ['connection', 'content-length', 'content-type', 'date', 'keep-alive'])
    }
    connection.destroy()
  },
)

t.test('a client that goes away in the middle of an answer cuts the target off', async (t) => {
  const closed: Promise<unknown>[] = []
  const handler: UpstreamHandler = async (exchange) => {
    closed.push(once(exchange.response, 'close'))
    await headersAlone()(exchange)
  }
  const { upstream, connect } = await startEdge(t, {
    handler,
    options: { timeouts: { body: 600_000 } },
  })
  const connection = await connect()
  connection.write(requestOf('GET /'))
  await (await upstream.nextRequest()).ended
  connection.destroy()
  await Promise.all(closed)
  t.equal(closed.length, 1)
})
