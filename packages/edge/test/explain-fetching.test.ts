import { createPki, issueCertificate, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import { startRevocationServer } from '../../cert-verifier/test/revocation-server.ts'
import { runHere, writeConfiguration } from './command-process.ts'
import { change } from './configuration-fixture.ts'

const { root } = createPki()
const text = change(
  'crlFiles: [clients.crl]',
  'fetch: [crl]\n          fetchAllowHosts: [127.0.0.1]',
)

t.test('explain fetches as the edge would, and says what it could not have', async (t) => {
  const server = await startRevocationServer(t)
  const issue = (list: string) =>
    issueCertificate({ issuer: root, crlDistributionPoints: [`${server.origin}/${list}`] })
  const good = issue('a.crl')
  const revoked = issue('a.crl')
  server.answers['/a.crl'] = issueCrl({ issuer: root, revoked: [{ serialNumber: revoked }] }).der
  const cwd = writeConfiguration(t, text.replace('registry: sqlite:registry.db\n', ''), {
    'clients-root.pem': root.pem,
    'good.pem': good.pem,
    'revoked.pem': revoked.pem,
    'lost.pem': issue('lost.crl').pem,
  })
  const explain = (file: string) => runHere(['explain', '-c', 'edge.yaml', file, '--json'], { cwd })
  const passes = await explain('good.pem')
  t.equal(passes.code, 0)
  t.equal(passes.stderr, '')
  t.match(JSON.parse(passes.stdout), { verdict: 'ca-verified' })
  t.match(passes.stdout, /not revoked by the CRL 1 of/)
  const refusal = JSON.parse((await explain('revoked.pem')).stdout)
  t.match(refusal, { verdict: 'refused', reason: 'revoked' })
  const sources = refusal.steps.flatMap(({ revocation }: { revocation: unknown[] }) => revocation)
  t.match(sources, [
    {
      kind: 'crl',
      source: `${server.origin}/a.crl`,
      age: Number,
      signedBy: 'CN=Test Root',
      says: /^revoked at /,
      problem: null,
    },
  ])
  const unknown = await explain('lost.pem')
  t.match(JSON.parse(unknown.stdout), { verdict: 'refused', reason: 'revocation_unknown' })
  t.equal(
    unknown.stderr,
    `warning: ${server.origin}/lost.crl: revocation information not fetched: the server answered 404\n`,
  )
})
