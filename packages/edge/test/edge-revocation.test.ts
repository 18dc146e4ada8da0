import { type Issued, issueCertificate, issueCrl, openTlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { startRevocationServer, until } from '../../cert-verifier/test/revocation-server.ts'
import { ALIAS, clients, request, servers, startEdgeStage } from './edge-stage.ts'

const TOKEN = request('POST /oauth/token', '', ALIAS, 'grant_type=client_credentials')
const second = 1000
let number = 0

const list = (revoked: readonly Issued[], lifetime: number): Buffer =>
  issueCrl({
    issuer: clients.root,
    crlNumber: ++number,
    revoked: revoked.map((one) => ({ serialNumber: one })),
    nextUpdate: new Date(Math.ceil(Date.now() / second) * second + lifetime),
  }).der

const fetching = (mode: 'require' | 'prefer') => ({
  trustAnchorFiles: ['clients-root.pem'],
  revocation: { mode, fetch: ['crl'], fetchAllowHosts: ['127.0.0.1'] },
})

t.test('who is revoked by a new CRL is refused on the connection that is open', async (t) => {
  const server = await startRevocationServer(t)
  const client = issueCertificate({
    issuer: clients.root,
    crlDistributionPoints: [`${server.origin}/clients.crl`],
  })
  server.answers['/clients.crl'] = list([], 3 * second)
  const stage = await startEdgeStage(t, (domain) => ({
    ...domain,
    clientCertificates: { caSigned: fetching('require') },
  }))
  const connection = await openTlsConnection({
    port: stage.edge.port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate: client,
  })
  t.equal((await connection.request(TOKEN)).status, 200)
  t.equal((await connection.request(TOKEN)).status, 200)
  t.equal(server.asked.length, 1)
  t.match(stage.upstream.requests.at(-1)?.headers['client-certificate-ca-verified'], 'SUCCESS')

  // The CA revokes; the edge fetches the new list before the old one ends.
  server.answers['/clients.crl'] = list([client], 3600 * second)
  await server.nextRequest('/clients.crl')
  const took = await until(async () => (await connection.request(TOKEN)).status === 401)
  t.ok(took < 2000, `refused ${Math.round(took)} ms after the new CRL was fetched`)
  const { text } = await connection.request(TOKEN)
  t.match(JSON.parse(text), { error: 'invalid_client', error_description: /^revoked/ })
  const again = await stage.ask({ bytes: TOKEN, certificate: client })
  t.equal(again.status, 401, 'nor on a new one')
  connection.destroy()
})

t.test('where the CRL is not to be had, the mode decides, and the log says why', async (t) => {
  const server = await startRevocationServer(t)
  const certificate = issueCertificate({
    issuer: clients.root,
    crlDistributionPoints: [`${server.origin}/lost.crl`],
  })
  for (const [mode, status] of [
    ['require', 401],
    ['prefer', 200],
  ] as const) {
    const stage = await startEdgeStage(t, (domain) => ({
      ...domain,
      clientCertificates: { caSigned: fetching(mode) },
    }))
    const answer = await stage.ask({ bytes: TOKEN, certificate })
    t.equal(answer.status, status, mode)
    if (status === 401) {
      t.match(JSON.parse(answer.text), { error_description: /^revocation_unknown/ })
    }
    t.match(
      stage.log.find(({ event }) => event === 'revocation_fetch'),
      { address: `${server.origin}/lost.crl`, reason: 'the server answered 404' },
    )
    // What fails is said once a process, and the next edge is to be one that knows nothing.
    await stage.edge.stop()
  }
})
