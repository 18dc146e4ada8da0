import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { issueCertificate, issueCrl, openTlsConnection, rawTlsRequest } from '@mtls-edge/testkit'
import t from 'tap'
import { startRevocationServer } from '../../cert-verifier/test/revocation-server.ts'
import { ALIAS, CUSTOM, clients, request, servers, startEdgeStage } from './edge-stage.ts'
import { type MetricsPage, readMetricsPage } from './metrics-page.ts'

const domain = CUSTOM

t.test('counts requests, verdicts and refusals, and measures edge and Auth0 apart', async (t) => {
  const stage = await startEdgeStage(t)
  const client = clients.client()
  const expired = clients.client({ notAfter: new Date(Date.now() - 60_000) })
  for (let count = 0; count < 3; count += 1)
    await stage.ask({ bytes: request('POST /oauth/token'), certificate: client })
  await stage.ask({ bytes: request('POST /oauth/token'), certificate: expired })
  await stage.ask({ bytes: request('POST /made/up'), certificate: client })
  await stage.ask({ bytes: request('GET /login', '', CUSTOM), servername: CUSTOM })
  const page = await readMetricsPage(stage.edge.healthPort)
  const requests = (labels: object): number =>
    page.value('mtls_edge_requests_total', { domain, ...labels })
  t.equal(requests({ host: ALIAS, endpoint: '/oauth/token', status: '200' }), 3)
  t.equal(requests({ host: ALIAS, endpoint: '/oauth/token', status: '401' }), 1)
  t.equal(requests({ host: ALIAS, endpoint: 'other', status: '404' }), 1)
  t.equal(requests({ host: CUSTOM, endpoint: 'other', status: '200' }), 1)
  const verdicts = (kind: string, reason: string): number =>
    page.value('mtls_edge_verdicts_total', { domain, kind, reason })
  t.equal(verdicts('ca-verified', 'none'), 3)
  t.equal(verdicts('refused', 'expired'), 1)
  t.equal(page.series('mtls_edge_verdicts_total').length, 2)
  t.equal(page.value('mtls_edge_refusals_total', { domain, reason: 'path_not_allowed' }), 1)
  t.equal(page.value('mtls_edge_refusals_total', { domain, reason: 'expired' }), 1)
  t.equal(page.value('mtls_edge_own_duration_seconds_count', { domain }), 6)
  t.equal(page.value('mtls_edge_auth0_duration_seconds_count', { domain }), 4)
  t.ok(page.value('mtls_edge_auth0_duration_seconds_sum', { domain }) > 0)
})

t.test('counts handshakes and open connections', async (t) => {
  const stage = await startEdgeStage(t)
  const { port, healthPort } = stage.edge
  const options = { port, servername: ALIAS, ca: servers.root.pem }
  const connection = await openTlsConnection({ ...options, tls: { maxVersion: 'TLSv1.2' } })
  await connection.request(request('POST /oauth/token'))
  const bytes = request('GET /')
  await t.rejects(rawTlsRequest({ port, servername: 'other.example.com', bytes }))
  const page = await readMetricsPage(healthPort)
  const handshakes = (labels: object): number =>
    page.value('mtls_edge_handshakes_total', { ...labels })
  t.equal(handshakes({ result: 'completed', version: 'TLSv1.2', resumed: 'false' }), 1)
  t.equal(handshakes({ result: 'refused', reason: 'unknown_server_name', version: 'none' }), 1)
  t.equal(page.value('mtls_edge_handshake_duration_seconds_count'), 1)
  t.equal(page.value('mtls_edge_connections', { state: 'secure' }), 1)
  t.equal(page.value('mtls_edge_connections', { state: 'handshake' }), 0)
  connection.destroy()
})

t.test('tells when certificates of the configuration end', async (t) => {
  const stage = await startEdgeStage(t)
  const page = await readMetricsPage(stage.edge.healthPort)
  const pem = await readFile(join(dirname(stage.file), 'server.crt'))
  const end = page.value('mtls_edge_server_certificate_not_after_timestamp_seconds', { domain })
  t.ok(end * 1000 <= Date.parse(new X509Certificate(pem).validTo))
  const anchors = page.series('mtls_edge_trust_anchors')
  t.equal(anchors.length, 5)
  t.equal(
    anchors.reduce((sum, { value }) => sum + value, 0),
    1,
  )
})

t.test('tells of the process, the workers and the configuration', async (t) => {
  const stage = await startEdgeStage(t)
  const page = await readMetricsPage(stage.edge.healthPort)
  t.equal(page.value('mtls_edge_build_info', { node: process.version }), 1)
  t.equal(page.value('mtls_edge_workers_wanted'), 1)
  t.equal(page.value('mtls_edge_workers_ready'), 1)
  t.equal(page.value('mtls_edge_configuration_current'), 1)
  t.equal(page.value('mtls_edge_configuration_reloads_total', { result: 'accepted' }), 0)
  t.ok(page.value('process_resident_memory_bytes', { worker: '1' }) > 1e6)
  t.ok(page.value('nodejs_eventloop_lag_max_seconds', { worker: '1' }) >= 0)
})

t.test('no label says what a client sent, whatever it sends', async (t) => {
  // The attack: each new value of a label is a series that is kept for ever, here and at Prometheus.
  const stage = await startEdgeStage(t)
  const certificate = clients.client()
  await stage.ask({ bytes: request('POST /oauth/token'), certificate })
  await stage.ask({ bytes: request('POST /oauth/tokens'), certificate })
  await stage.ask({ bytes: request('POST /oauth/token', 'X-A: 1\r\n', 'evil'), certificate })
  await stage.ask({ bytes: request('PROPFIND /oauth/token'), certificate })
  const before = await readMetricsPage(stage.edge.healthPort)
  for (let count = 0; count < 20; count += 1) {
    const other = clients.client({ subject: { CN: `evil-${count}` } })
    await stage.ask({ bytes: request(`POST /oauth/token?evil=${count}`), certificate: other })
    await stage.ask({ bytes: request(`POST /evil/${count}`), certificate: other })
    const host = `evil-${count}.example.com`
    await stage.ask({ bytes: request('POST /oauth/token', '', host), certificate: other })
    const method = ['PROPFIND', 'MKCOL', 'LOCK', 'SEARCH'][count % 4]
    await stage.ask({ bytes: request(`${method} /oauth/token`), certificate: other })
  }
  const after = await readMetricsPage(stage.edge.healthPort)
  const ours = ({ all }: MetricsPage): number =>
    all.filter(({ name }) => name.startsWith('mtls_edge_')).length
  t.equal(ours(after), ours(before))
  t.notOk(after.all.some(({ labels }) => /evil/.test(JSON.stringify(labels))))
})

t.test('tells where verdicts came from, and how old revocation information is', async (t) => {
  const server = await startRevocationServer(t)
  const crlDistributionPoints = [`${server.origin}/clients.crl`]
  const client = issueCertificate({ issuer: clients.root, crlDistributionPoints })
  const lost = issueCertificate({
    issuer: clients.root,
    crlDistributionPoints: [`${server.origin}/lost.crl`],
  })
  const now = Math.floor(Date.now() / 1000)
  const [thisUpdate, nextUpdate] = [now - 3600, now + 7200]
  server.answers['/clients.crl'] = issueCrl({
    issuer: clients.root,
    thisUpdate: new Date(thisUpdate * 1000),
    nextUpdate: new Date(nextUpdate * 1000),
  }).der
  const stage = await startEdgeStage(t, (domain) => ({
    ...domain,
    clientCertificates: {
      caSigned: {
        trustAnchorFiles: ['clients-root.pem'],
        revocation: { mode: 'require', fetch: ['crl'], fetchAllowHosts: ['127.0.0.1'] },
      },
    },
  }))
  const bytes = request('POST /oauth/token')
  t.equal((await stage.ask({ bytes, certificate: lost })).status, 401)
  t.equal((await stage.ask({ bytes, certificate: client })).status, 200)
  t.equal((await stage.ask({ bytes, certificate: client })).status, 200)
  const page = await readMetricsPage(stage.edge.healthPort)
  const labels = { domain, kind: 'crl' }
  t.ok(page.value('mtls_edge_verdict_lookups_total', { domain, source: 'decision' }) >= 2)
  t.equal(page.value('mtls_edge_verdict_lookups_total', { domain, source: 'cache' }), 1)
  t.equal(page.value('mtls_edge_revocation_fetches_total', { ...labels, result: 'fetched' }), 1)
  t.equal(page.value('mtls_edge_revocation_fetches_total', { ...labels, result: 'failed' }), 1)
  t.equal(page.value('mtls_edge_revocation_failing', labels), 1)
  const fetched = { ...labels, origin: 'fetched' }
  t.equal(page.value('mtls_edge_revocation_items', fetched), 1)
  t.equal(page.value('mtls_edge_revocation_oldest_timestamp_seconds', fetched), thisUpdate)
  t.equal(page.value('mtls_edge_revocation_next_update_timestamp_seconds', fetched), nextUpdate)
})
