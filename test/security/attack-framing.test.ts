// The attack: make two readers cut one stream of bytes differently. The edge keeps connections to the target that all clients
// share, so a body that the target took for the beginning of the next request would be an attacker's request in another
// client's name, with that client's certificate or none. The table has what fooled some server: two lengths, codings that are
// nearly chunked, chunk sizes that overflow, extensions, other versions, other forms of the target.
import { rawTlsRequest } from '@mtls-edge/testkit'
import t from 'tap'
import {
  ALIAS,
  clients,
  request,
  servers,
  startEdgeStage,
} from '../../packages/edge/test/edge-stage.ts'

const certificate = clients.client({ subject: { CN: 'client' } })
const inner = request('POST /oauth/token', 'cname-api-key: forged\r\n', ALIAS, 'inner')
const token = (headers: string, body: string): string =>
  `POST /oauth/token HTTP/1.1\r\nHost: ${ALIAS}\r\n${headers}\r\n${body}`
const chunked = (body: string): string => token('Transfer-Encoding: chunked\r\n', body)

const refused: Record<string, readonly [status: number, bytes: string]> = {
  'both lengths': [400, token('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
  'two equal lengths': [400, token('Content-Length: 4\r\nContent-Length: 4\r\n', 'abcd')],
  'a list of lengths': [400, token('Content-Length: 4, 4\r\n', 'abcd')],
  'a signed length': [400, token('Content-Length: +4\r\n', 'abcd')],
  'a negative length': [400, token('Content-Length: -1\r\n', '')],
  'a length that overflows': [400, token('Content-Length: 18446744073709551620\r\n', 'abcd')],
  'a folded length': [400, token('Content_Length: 4\r\n', '')],
  'nearly chunked': [400, token('Transfer-Encoding: xchunked\r\n', '')],
  'chunked after another': [400, token('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')],
  'chunked twice': [400, token('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n')],
  'two codings': [400, token('Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n', '')],
  'a coding behind a tab': [400, token('Transfer-Encoding:\x0bchunked\r\n', '0\r\n\r\n')],
  'a chunk of negative size': [400, chunked('-1\r\nabc\r\n0\r\n\r\n')],
  'a chunk that overflows': [400, chunked('fffffffffffffffff\r\nabc\r\n0\r\n\r\n')],
  'a chunk with 0x': [400, chunked('0x3\r\nabc\r\n0\r\n\r\n')],
  'a bare line feed after a size': [400, chunked('3\nabc\r\n0\r\n\r\n')],
  'a chunk longer than it says': [400, chunked('2\r\nabc\r\n0\r\n\r\n')],
  'an extension over two lines': [400, chunked('3;a="\r\n"\r\nabc\r\n0\r\n\r\n')],
  'a body over the limit': [413, token('Content-Length: 9999999\r\n', '')],
  'an unknown expectation': [400, token('Expect: 100-continue, x\r\n', '')],
  'an upgrade': [400, token('Connection: Upgrade\r\nUpgrade: h2c\r\n', '')],
  'an absolute target': [400, request(`POST https://${ALIAS}/oauth/token`)],
  'an authority as target': [400, `CONNECT ${ALIAS}:443 HTTP/1.1\r\nHost: ${ALIAS}\r\n\r\n`],
  'the method TRACE': [400, request('TRACE /oauth/token')],
  'HTTP/2.0 as text': [400, `POST /oauth/token HTTP/2.0\r\nHost: ${ALIAS}\r\n\r\n`],
  'the preface of HTTP/2': [400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  'no version': [400, 'POST /oauth/token\r\n\r\n'],
  'line feeds alone': [400, `POST /oauth/token HTTP/1.1\nHost: ${ALIAS}\n\n`],
  'a GET with a body': [400, request('GET /userinfo', '', ALIAS, 'abc')],
  'a Host of another': [421, request('POST /oauth/token', '', 'auth.example.com')],
  'a path that only looks alike': [404, request('POST //oauth/token')],
}

t.test('whatever two readers could frame differently never reaches the target', async (t) => {
  const stage = await startEdgeStage(t)
  for (const [name, [status, bytes]] of Object.entries(refused)) {
    const { response } = await rawTlsRequest({
      port: stage.edge.port,
      servername: ALIAS,
      ca: servers.root.pem,
      certificate,
      bytes,
    })
    t.equal(response?.status, status, name)
    // Chunked bodies are passed on while they come: such a request may have begun, and must not have been completed.
    t.notOk(
      stage.upstream.requests.some(({ complete }) => complete),
      name,
    )
  }
})

t.test('a body is never the next request on a shared connection to the target', async (t) => {
  const stage = await startEdgeStage(t)
  const bodies = [
    request('POST /oauth/token', 'Expect: 100-continue\r\n', ALIAS, inner),
    chunked(`${inner.length.toString(16)}\r\n${inner}\r\n0\r\nhost: forged\r\n\r\n`),
    chunked(`${inner.length.toString(16).padStart(20, '0')};a=b\r\n${inner}\r\n00\r\n\r\n`),
  ]
  for (const bytes of bodies) {
    await stage.ask({ bytes, certificate })
    const outer = await stage.upstream.nextRequest()
    t.equal(outer.body.toString(), inner)
    await stage.ask({ bytes: request('POST /oauth/token', '', ALIAS, 'next'), certificate })
    const next = await stage.upstream.nextRequest()
    t.equal(next.body.toString(), 'next')
    t.equal(next.connection, outer.connection, 'both went over one connection')
  }
  t.equal(stage.upstream.requests.length, 2 * bodies.length)
})

t.test('a body that breaks off is not completed by the next request', async (t) => {
  const stage = await startEdgeStage(t)
  // Large enough to stream: of a small body that breaks off the target sees nothing.
  const part = 'x'.repeat(70_000)
  for (const bytes of [token('Content-Length: 100000\r\n', part), chunked(`186a0\r\n${part}`)]) {
    const { response } = await rawTlsRequest({
      port: stage.edge.port,
      servername: ALIAS,
      ca: servers.root.pem,
      certificate,
      bytes: [bytes, ''],
      timeout: 500,
    }).catch(() => ({ response: null }))
    t.equal(response, null)
    const broken = await stage.upstream.nextRequest()
    await stage.ask({ bytes: inner, certificate })
    const next = await stage.upstream.nextRequest()
    await broken.ended
    t.notOk(broken.complete)
    t.equal(broken.body.toString(), part)
    t.not(next.connection, broken.connection)
  }
})

t.test('a small body that breaks off never reaches the target', async (t) => {
  const stage = await startEdgeStage(t)
  for (const bytes of [token('Content-Length: 30\r\n', 'short'), chunked('1e\r\nshort')]) {
    const { response } = await rawTlsRequest({
      port: stage.edge.port,
      servername: ALIAS,
      ca: servers.root.pem,
      certificate,
      bytes: [bytes, ''],
      timeout: 500,
    }).catch(() => ({ response: null }))
    t.equal(response, null)
    t.equal((await stage.ask({ bytes: inner, certificate })).status, 200)
  }
  t.equal(stage.upstream.requests.length, 2, 'the whole ones alone')
})
