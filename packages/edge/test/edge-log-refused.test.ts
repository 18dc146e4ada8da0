import { setTimeout as pause } from 'node:timers/promises'
import { openHttp2Connection } from '@mtls-edge/testkit'
import t from 'tap'
import { ALIAS, CUSTOM, clients, request, servers, startEdgeStage } from './edge-stage.ts'

const client = clients.client()

t.test('what is refused before the service sees it has its line and its id too', async (t) => {
  // Attack: a scanner whose requests are all refused early would otherwise be in no log and no metric.
  const stage = await startEdgeStage(t)
  const cases = [
    ['POST /oauth/token HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'missing_host'],
    [request('POST /oauth/token', 'X: y\r\n'.repeat(150)), 431, 'too_many_headers'],
    [request(`GET /${'x'.repeat(9_000)}`), 414, 'uri_too_long'],
  ] as const
  for (const [bytes, status, reason] of cases) {
    const response = await stage.ask({ bytes, certificate: client })
    t.equal(response.status, status, reason)
    const requestId = response.headers['x-request-id']
    t.match(requestId, /^[0-9a-f-]{36}$/)
    const lines = stage.log.filter((line) => line.requestId === requestId)
    t.match(
      lines,
      [{ event: 'request', domain: CUSTOM, status, reason, remoteAddress: '127.0.0.1' }],
      reason,
    )
  }
})

t.test('so has it over HTTP/2', async (t) => {
  const stage = await startEdgeStage(t, (domain) => ({ ...domain, http2: true }))
  const connection = await openHttp2Connection({
    port: stage.edge.port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate: client,
    timeout: 30_000,
  })
  t.teardown(() => connection.destroy())
  const path = `/${'x'.repeat(9_000)}`
  const { status, headers } = await connection.ask({ ':method': 'GET', ':path': path })
  t.equal(status, 414)
  const linesOf = () => stage.log.filter(({ requestId }) => requestId === headers['x-request-id'])
  while (linesOf().length === 0) await pause(10)
  t.match(linesOf(), [{ protocol: '2.0', reason: 'uri_too_long', remoteAddress: '127.0.0.1' }])
})

t.test('bytes that are no HTTP are logged with where they came from', async (t) => {
  const stage = await startEdgeStage(t)
  await stage.ask({ bytes: 'EHLO example.org\r\n\r\n', certificate: client })
  t.match(
    stage.log.filter(({ event }) => event === 'malformed_http'),
    [{ remoteAddress: '127.0.0.1' }],
  )
})
