import { openTlsConnection, type TlsConnection, type WireResponse } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { describeFrontLimits, describeServerLimits } from '../dist/domain/limits.js'
import { ALIAS, clients, type EdgeStage, request, servers, startEdgeStage } from './edge-stage.ts'
import { hello } from './front-hello.ts'
import { openTcp, readToEnd } from './front-wire.ts'

/** More than anything here takes on a busy machine. */
const PATIENCE = 30_000

const client = clients.client()
const start = (t: Test, limits: object): Promise<EdgeStage> =>
  startEdgeStage(t, undefined, { settings: { limits } })
const open = (stage: EdgeStage, certificate = client): Promise<TlsConnection> =>
  openTlsConnection({
    port: stage.edge.port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate,
    timeout: PATIENCE,
  })
const HEAD = `POST /oauth/token HTTP/1.1\r\nHost: ${ALIAS}\r\n`
const TOKEN = request('POST /oauth/token', '', ALIAS, 'a=b')

const reasonOf = (answer: WireResponse): string =>
  String(JSON.parse(answer.text).error_description).split(':')[0] ?? ''

/** Writes a byte now and then, until the answer. */
async function answerToTrickle(connection: TlsConnection): Promise<WireResponse> {
  const timer = setInterval(() => connection.write('a'), 50)
  const answer = await connection.nextResponse('POST')
  clearInterval(timer)
  await connection.waitForClose()
  return answer
}

t.test('handshakeTimeout: a handshake that is not finished, and a hello', async (t) => {
  const stage = await start(t, { handshakeTimeout: '1s' })
  const bytes = hello({ serverName: ALIAS, versions: [0x0304] })
  for (const [sent, reason] of [
    [bytes, 'handshake_timeout'],
    [bytes.subarray(0, 50), 'hello_timeout'],
  ] as const) {
    const socket = await openTcp(stage.edge.port)
    socket.write(sent)
    await readToEnd(socket)
    t.match(stage.log.at(-1), { event: 'handshake_refused', reason })
  }
})

t.test('headersTimeout: headers that trickle', async (t) => {
  const stage = await start(t, { headersTimeout: '1s' })
  const connection = await open(stage)
  connection.write(`${HEAD}X-Slow: `)
  const answer = await answerToTrickle(connection)
  t.same([answer.status, reasonOf(answer)], [408, 'request_timeout'])
})

t.test('bodyTimeout: a body that trickles never reaches Auth0', async (t) => {
  const stage = await start(t, { headersTimeout: '1s', bodyTimeout: '2s' })
  const connection = await open(stage)
  connection.write(`${HEAD}Content-Length: 100000\r\n\r\n`)
  const answer = await answerToTrickle(connection)
  t.same([answer.status, reasonOf(answer)], [408, 'request_timeout'])
  t.equal(stage.upstream.requests.length, 0)
})

t.test('idleTimeout: a connection without a further request', async (t) => {
  const stage = await start(t, { idleTimeout: '1s' })
  const connection = await open(stage)
  t.match(await connection.request(TOKEN), { status: 200 })
  t.equal(await connection.waitForClose(), null, 'closed without a word')
})

t.test('requestsPerConnection: the last answer says that it is the last', async (t) => {
  const stage = await start(t, { requestsPerConnection: 10 })
  const connection = await open(stage)
  for (let count = 1; count < 10; count += 1)
    t.match(await connection.request(TOKEN), { headers: { connection: 'keep-alive' } })
  t.match(await connection.request(TOKEN), { status: 200, headers: { connection: 'close' } })
  await connection.waitForClose()
})

const sizes = {
  'headerBytes: one header that is too long': {
    limits: { headerBytes: 4_096, urlBytes: 512 },
    bytes: `${HEAD}X-Long: ${'a'.repeat(4_096)}\r\n\r\n`,
    expected: [431, 'headers_too_large'],
  },
  'headerCount: too many header lines': {
    limits: { headerCount: 20 },
    bytes: `${HEAD}${'X-More: a\r\n'.repeat(20)}\r\n`,
    expected: [431, 'too_many_headers'],
  },
  'urlBytes: a query that is too long': {
    limits: { urlBytes: 512 },
    bytes: request(`POST /oauth/token?${'a'.repeat(512)}`),
    expected: [414, 'uri_too_long'],
  },
  'bodyBytes: a body that says that it is too long': {
    limits: { bodyBytes: 1_024 },
    bytes: `${HEAD}Content-Length: 1025\r\n\r\n`,
    expected: [413, 'body_too_large'],
  },
  'bodyBytes: a body that turns out too long': {
    limits: { bodyBytes: 1_024 },
    bytes: `${HEAD}Transfer-Encoding: chunked\r\n\r\n401\r\n${'a'.repeat(1_025)}\r\n`,
    expected: [413, 'body_too_large'],
  },
} as const

for (const [title, { limits, bytes, expected }] of Object.entries(sizes)) {
  t.test(title, async (t) => {
    const stage = await start(t, limits)
    const good = await open(stage)
    t.match(await good.request(TOKEN), { status: 200 }, 'what is within is served')
    good.destroy()
    const connection = await open(stage)
    const answer = await connection.request(bytes)
    t.same([answer.status, reasonOf(answer)], expected)
    await connection.waitForClose()
    t.equal(stage.upstream.requests.length, 1)
  })
}

t.test('new limits hold for new connections', async (t) => {
  const { edge, file, ...stage } = await start(t, { connections: 1 })
  const { loadConfiguration } = await import('@mtls-edge/edge')
  const first = await open({ edge, file, ...stage })
  const configuration = loadConfiguration(file, { environment: {} })
  const limits = { ...configuration.limits, connections: 10, urlBytes: 512 }
  await edge.update({ ...configuration, limits })
  const second = await open({ edge, file, ...stage })
  const long = request(`POST /oauth/token?${'a'.repeat(512)}`)
  t.match(await second.request(long), { status: 414 })
  const last = await first.request(long)
  t.match(last, { status: 200, headers: { connection: 'close' } }, 'by the old ones, once more')
})

t.test(
  'every limit of the configuration is one of the front, the server or the host',
  async (t) => {
    const limits = {
      handshakeTimeout: 1,
      headersTimeout: 2,
      bodyTimeout: 3,
      idleTimeout: 4,
      stallTimeout: 5,
      requestsPerConnection: 6,
      connections: 7,
      headerBytes: 8,
      headerCount: 9,
      urlBytes: 10,
      bodyBytes: 11,
      connectionsPerAddress: 12,
      connectionsPerCertificate: 13,
    }
    t.same(describeServerLimits(limits), {
      headersTimeout: 2,
      requestTimeout: 3,
      keepAliveTimeout: 4,
      inactivityTimeout: 5,
      maxRequestsPerSocket: 6,
      maxHeaderSize: 8,
      maxHeadersCount: 9,
      maxUrlBytes: 10,
    })
    t.same(describeFrontLimits(limits, 2), {
      helloTimeout: 1,
      handshakeTimeout: 1,
      maxConnections: 3,
    })
  },
)
