import type { VerdictOrigin } from '@mtls-edge/cert-verifier'
import { issueCertificate } from '@mtls-edge/testkit'
import t from 'tap'
import { clientOf, fetching, list, PASSES, root, UNKNOWN } from './crl-stage.ts'
import { startRevocationServer } from './revocation-server.ts'
import { openConnection, REQUEST, startVerifierService } from './verifier-service.ts'

t.test('tells where each verdict came from', async (t) => {
  const origins: VerdictOrigin[] = []
  const service = await startVerifierService(t, [root], {
    domain: 'auth.example.com',
    certificate: 'optional',
    caSigned: { trustAnchors: [root.pem], revocation: { mode: 'off' } },
    selfSigned: 'forward',
    observer: { onVerdict: (origin) => origins.push(origin) },
  })
  const client = issueCertificate({ issuer: root })
  const connection = await openConnection(service.port, client)
  await connection.request(REQUEST)
  await connection.request(REQUEST)
  await service.ask(client)
  const nobody = await openConnection(service.port, null)
  await nobody.request(REQUEST)
  await nobody.request(REQUEST)
  t.same(origins, ['decision', 'connection', 'cache'], 'nothing of who brings no certificate')
  origins.length = 0
  const selfSigned = issueCertificate()
  await service.ask(selfSigned)
  await service.ask(selfSigned)
  t.same(origins, ['decision', 'cache'], 'self-signed')
  for (const one of [connection, nobody]) one.destroy()
})

t.test('tells each attempt to fetch, and what there is', async (t) => {
  const server = await startRevocationServer(t)
  const address = `${server.origin}/root.crl`
  const lost = `${server.origin}/lost.crl`
  server.answers['/root.crl'] = list()
  const attempts: string[] = []
  const service = await startVerifierService(t, [root], {
    ...fetching(),
    observer: { onFetch: (kind, result) => attempts.push(`${kind} ${result}`) },
  })
  t.same(service.app.certVerifier.listFetched(), [])
  t.match(await service.ask(clientOf(lost)), UNKNOWN)
  t.match(await service.ask(clientOf(address)), PASSES)
  t.same(attempts, ['crl failed', 'crl fetched'])
  t.match(service.app.certVerifier.listFetched(), [
    {
      kind: 'crl',
      address: lost,
      thisUpdate: null,
      nextUpdate: null,
      fetchedAt: null,
      failure: { reason: 'the server answered 404', since: Date, at: Date },
    },
    { kind: 'crl', address, thisUpdate: Date, nextUpdate: Date, fetchedAt: Date, failure: null },
  ])
})
