// The attack: hide a request in the body of another one. Where two readers disagree on where a body ends, what one takes for
// a body is a request to the other. The guard therefore gives up a connection after a malformed request, and serves nothing
// that follows on it. Every 400 must do the same, whoever says it: the front, the router, the guard or the forwarder. And
// what comes after a request must never become the answer to that one.
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
const smuggled = request('POST /oauth/token', '', ALIAS, 'smuggled')

const refused = {
  'a GET with a body': request('GET /userinfo', '', ALIAS, 'abc'),
  'an escape that is no UTF-8': request('POST /%ED%A0%80'),
  'a broken escape': request('POST /%zz'),
  'a broken escape, and another Transfer-Encoding': request(
    'POST /%zz',
    'Transfer-Encoding: xchunked\r\n',
  ),
  'no Host': 'POST /oauth/token HTTP/1.1\r\n\r\n',
  'no Host, and another Transfer-Encoding':
    'POST /oauth/token HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n',
  'another Transfer-Encoding': request('POST /oauth/token', 'Transfer-Encoding: xchunked\r\n'),
  'two Hosts': request('POST /oauth/token', `Host: ${ALIAS}\r\n`),
}

t.test('nothing that follows a request answered with 400 reaches the target', async (t) => {
  const stage = await startEdgeStage(t)
  for (const [name, first] of Object.entries(refused)) {
    // With a connection to the target at hand, a request is there before the client's connection closes.
    await stage.ask({ bytes: smuggled, certificate })
    const before = stage.upstream.requests.length
    const { response, rest } = await rawTlsRequest({
      port: stage.edge.port,
      servername: ALIAS,
      ca: servers.root.pem,
      certificate,
      bytes: first + smuggled,
      until: 'close',
    })
    t.equal(response?.status, 400, name)
    t.equal(rest, '', `${name}: no second answer`)
    t.equal(stage.upstream.requests.length, before, `${name}: the target saw nothing`)
  }
})

t.test('bytes after a request that was well formed do not answer it', async (t) => {
  const stage = await startEdgeStage(t)
  const { response } = await rawTlsRequest({
    port: stage.edge.port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate,
    bytes: `POST /oauth/token HTTP/1.0\r\nHost: ${ALIAS}\r\n\r\n${smuggled}`,
    until: 'close',
  })
  t.equal(response?.status, 200, 'the answer is the one of the target')
})
