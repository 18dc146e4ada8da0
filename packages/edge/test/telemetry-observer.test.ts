import { openTlsConnection, rawTlsRequest } from '@mtls-edge/testkit'
import t from 'tap'
import { createTelemetry, type Subscriber } from '../dist/telemetry/observer.js'
import type { RequestEnd } from '../dist/telemetry/request-end.js'
import { ALIAS, CUSTOM, clients, request, servers, startEdgeStage } from './edge-stage.ts'

type ConnectionEvent = Parameters<NonNullable<Subscriber['connection']>>[0]

t.test('each request is told once, with labels of closed sets', async (t) => {
  const ends: RequestEnd[] = []
  const stage = await startEdgeStage(t, (domain) => domain, {
    subscriber: { request: (end) => ends.push(end) },
  })
  const client = clients.client()
  const expired = clients.client({ notAfter: new Date(Date.now() - 60_000) })
  await stage.ask({ bytes: request('POST /oauth/token?a=b'), certificate: client })
  await stage.ask({ bytes: request('POST /oauth/token'), certificate: expired })
  await stage.ask({ bytes: request('GET /oauth/token'), certificate: client })
  await stage.ask({ bytes: request('GET /made/up'), certificate: client })
  await stage.ask({ bytes: request('GET /login', '', CUSTOM), servername: CUSTOM })
  await stage.ask({ bytes: request('GET /%zz', '', CUSTOM), servername: CUSTOM })
  const { thumbprint } = expired
  t.match(ends, [
    { host: ALIAS, endpoint: '/oauth/token', status: 200, verdict: 'ca-verified', reason: null },
    { endpoint: '/oauth/token', status: 401, verdict: 'refused', reason: 'expired', thumbprint },
    { endpoint: '/oauth/token', status: 405, verdict: null, reason: 'method_not_allowed' },
    { endpoint: 'other', path: '/made/up', status: 404, verdict: null, reason: 'path_not_allowed' },
    { host: CUSTOM, endpoint: 'other', path: '/login', status: 200, verdict: null },
    { host: CUSTOM, endpoint: 'other', status: 400, reason: 'malformed_request' },
  ])
  t.equal(ends.length, 6)
  for (const end of ends)
    t.match(end, { domain: CUSTOM, protocol: '1.1', requestId: /^[\da-f-]{36}$/ })
  t.equal(new Set(ends.map(({ requestId }) => requestId)).size, 6)
  t.same(
    stage.log.filter(({ event }) => event === 'request').map(({ requestId }) => requestId),
    ends.map(({ requestId }) => requestId),
    'and is one line of the log',
  )
})

t.test('each handshake is told once, with its version', async (t) => {
  const events: ConnectionEvent[] = []
  const stage = await startEdgeStage(t, (domain) => domain, {
    subscriber: { connection: (event) => events.push(event) },
  })
  const { port } = stage.edge
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const options = { port, servername: ALIAS, ca: servers.root.pem, tls: { maxVersion } }
    const connection = await openTlsConnection(options)
    await connection.request(request('POST /oauth/token'))
    connection.destroy()
  }
  const bytes = request('POST /oauth/token')
  await t.rejects(
    rawTlsRequest({ port, servername: 'other.example.com', ca: servers.root.pem, bytes }),
  )
  t.match(events, [
    { type: 'handshake_completed', version: 'TLSv1.2', resumed: false, serverName: ALIAS },
    { type: 'handshake_completed', version: 'TLSv1.3', resumed: false, durationMs: Number },
    { type: 'handshake_refused', reason: 'unknown_server_name' },
  ])
  t.equal(events.length, 3)
})

t.test(
  'a subscriber that fails breaks no request, and keeps no other from being told',
  async (t) => {
    let told = 0
    const stage = await startEdgeStage(t, (domain) => domain, {
      subscriber: {
        request() {
          told += 1
          throw new Error('out of order')
        },
      },
    })
    const { status } = await stage.ask({
      bytes: request('POST /oauth/token'),
      certificate: clients.client(),
    })
    t.equal(status, 200)
    t.equal(told, 1)
    const lines = stage.log.filter(({ event }) => event === 'failure' || event === 'request')
    t.match(lines, [{ err: { message: 'out of order' } }, { status: 200 }])
  },
)

t.test('who has left is told nothing, also when leaving while being told', async (t) => {
  const telemetry = createTelemetry((error) => t.fail(String(error)))
  const told: string[] = []
  const leave = telemetry.subscribe({
    reload({ result }) {
      told.push(`first ${result}`)
      leave()
    },
  })
  telemetry.subscribe({ reload: ({ result }) => told.push(`second ${result}`) })
  telemetry.reload({ result: 'accepted' })
  telemetry.reload({ result: 'refused' })
  t.same(told, ['first accepted', 'second accepted', 'second refused'])
})
