import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { inspect } from 'node:util'
import {
  answerBeforeBody,
  answerJson,
  dropBeforeBody,
  dropConnection,
  headersAlone,
  neverAnswer,
  oversizeHeader,
  rawAnswer,
  startRecordingUpstream,
  type UpstreamHandler,
  unavailable,
} from '@mtls-edge/testkit'
import t from 'tap'
import {
  apiKey,
  codeOf,
  headerOf,
  requestOf,
  serverCertificate,
  startEdge,
} from './edge-in-test.ts'

const prefix = 'FST_AUTH0_FORWARDER_UPSTREAM_'

const failures: readonly (readonly [string, UpstreamHandler, number, string])[] = [
  ['closes the connection', dropConnection(), 502, 'UNREACHABLE'],
  ['closes it on the headers', dropBeforeBody(), 502, 'UNREACHABLE'],
  ['speaks no HTTP', rawAnswer('SSH-2.0-OpenSSH_9.9\r\n'), 502, 'PROTOCOL'],
  [
    'leaks a token in garbage',
    rawAnswer('HTTP/1.1 200 OK\r\nbad header eyJtoken\r\n\r\n'),
    502,
    'PROTOCOL',
  ],
  [
    'sends two lengths',
    rawAnswer('HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'),
    502,
    'PROTOCOL',
  ],
  [
    'sends a status of its own',
    rawAnswer('HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n'),
    502,
    'PROTOCOL',
  ],
  [
    'compresses for the connection',
    rawAnswer('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n'),
    502,
    'PROTOCOL',
  ],
  [
    'switches protocols',
    rawAnswer('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    502,
    'UNREACHABLE',
  ],
  ['sends headers without end', oversizeHeader(40_000), 502, 'PROTOCOL'],
  [
    'sends control characters',
    rawAnswer('HTTP/1.1 200 OK\r\nx-a: a\x01b\r\nContent-Length: 0\r\n\r\n'),
    502,
    'PROTOCOL',
  ],
  ['does not answer', neverAnswer(), 504, 'TIMEOUT'],
]

for (const [what, handler, status, reason] of failures) {
  t.test(`an upstream that ${what} is a ${status}, asked once`, async (t) => {
    const lines: string[] = []
    const { upstream, send } = await startEdge(t, {
      handler,
      options: { timeouts: { headers: 200 } },
      onLog: (line) => lines.push(line),
      setUp: (scope) => {
        scope.addHook('onError', async (_request, _reply, error) => {
          lines.push(inspect(error, { depth: 5, showHidden: true }))
        })
      },
    })
    for (const line of ['GET /', 'POST /']) {
      upstream.forget()
      const response = await send(requestOf(line))
      t.equal(response?.status, status, line)
      t.equal(codeOf(response), prefix + reason, line)
      t.notMatch(response?.text, /other side|socket|HPE|undici|UND_|Timeout Error|127\.0\.0\.1/)
      t.equal(upstream.requests.length, 1, line)
    }
    const log = lines.join('')
    t.match(log, prefix + reason)
    t.notMatch(log, apiKey)
    t.notMatch(log, 'eyJtoken')
    t.notMatch(log, 'fetching from remote server')
  })
}

t.test('503 passes through and is not tried again, whatever the method', async (t) => {
  const { upstream, send } = await startEdge(t, { handler: unavailable(1) })
  for (const line of ['GET /', 'POST /']) {
    upstream.forget()
    const response = await send(requestOf(line))
    t.equal(response?.status, 503)
    t.equal(headerOf(response, 'retry-after'), '1')
    t.equal(upstream.requests.length, 1)
  }
})

/*
 * A connection kept from the request before, which the target closes on the next one: a client library may send the
 * request again, and a refresh token or a code would be spent twice.
 */
t.test('a request on a kept connection that is lost is not sent again', async (t) => {
  const { upstream, send } = await startEdge(t)
  for (const line of ['GET /', 'POST /']) {
    upstream.answerWith(answerJson())
    t.equal((await send(requestOf(line)))?.status, 200)
    upstream.forget()
    upstream.answerWith(dropConnection())
    const response = await send(requestOf(line, ['Content-Length: 0']))
    t.equal(response?.status, 502, line)
    t.equal(codeOf(response), `${prefix}UNREACHABLE`, line)
    t.equal(upstream.requests.length, 1, line)
  }
})

t.test('a kept connection that the target has closed is not used again', async (t) => {
  const { upstream, send } = await startEdge(t)
  upstream.answerWith(({ response }) => {
    response.writeHead(200, { 'content-length': 0 })
    response.end()
    response.on('finish', () => response.socket?.destroySoon())
  })
  for (let round = 0; round < 5; round += 1) {
    t.equal((await send(requestOf('POST /', ['Content-Length: 2'], 'ab')))?.status, 200)
  }
  t.equal(upstream.requests.length, 5)
})

t.test(
  'an answer that comes before the body has been sent is passed on, and the connection closed',
  async (t) => {
    const { connect } = await startEdge(t, { handler: answerBeforeBody(401) })
    const connection = await connect()
    connection.write(requestOf('POST /', ['Content-Length: 100000'], 'x'.repeat(70_000)))
    const response = await connection.nextResponse('POST')
    t.equal(response.status, 401)
    t.equal(headerOf(response, 'connection'), 'close')
    await connection.waitForClose()
  },
)

t.test(
  'an upstream lost in the middle of a body is told to the client that still sends',
  async (t) => {
    const { connect } = await startEdge(t, { handler: dropBeforeBody() })
    const connection = await connect()
    connection.write(requestOf('POST /', ['Content-Length: 100000'], 'x'.repeat(70_000)))
    const response = await connection.nextResponse('POST')
    t.equal(response.status, 502)
    t.equal(codeOf(response), `${prefix}UNREACHABLE`)
    t.equal(headerOf(response, 'connection'), 'close')
    await connection.waitForClose()
  },
)

t.test('a body that does not come is a 504', async (t) => {
  const { send } = await startEdge(t, {
    handler: headersAlone(),
    options: { timeouts: { body: 200 } },
  })
  const response = await send(requestOf('GET /'))
  t.equal(response?.status, 504)
  t.equal(codeOf(response), `${prefix}TIMEOUT`)
})

t.test('a target that does not shake hands is a 504', async (t) => {
  const silent = createServer((socket) => socket.on('error', () => {}))
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => silent.close())
  const { port } = silent.address() as AddressInfo // A TCP server that listens has one.
  const { send } = await startEdge(t, {
    options: { forwardingTarget: `https://127.0.0.1:${port}`, timeouts: { connect: 200 } },
  })
  const response = await send(requestOf('GET /'))
  t.equal(response?.status, 504)
  t.equal(codeOf(response), `${prefix}TIMEOUT`)
})

t.test('a target that is not there is a 502', async (t) => {
  const gone = await startRecordingUpstream({ certificate: serverCertificate })
  await gone.close()
  const targets = [gone.origin, 'https://no-such-name.invalid']
  for (const forwardingTarget of targets) {
    const { send } = await startEdge(t, { options: { forwardingTarget } })
    const response = await send(requestOf('GET /'))
    t.equal(response?.status, 502, forwardingTarget)
    t.equal(codeOf(response), `${prefix}UNREACHABLE`, forwardingTarget)
    t.notMatch(response?.text, /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|127\.0\.0\.1|invalid/)
  }
})
