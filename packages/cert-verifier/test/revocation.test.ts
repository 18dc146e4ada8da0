import { createPki, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import { openConnection, REQUEST, readAnswer, startVerifierService } from './verifier-service.ts'

const pki = createPki()
const { root, intermediate } = pki
const good = pki.client()
const revoked = pki.client()
const hour = 3_600_000
const rootCrl = issueCrl({ issuer: root }).der
const intermediateCrl = issueCrl({
  issuer: intermediate,
  revoked: [{ serialNumber: revoked.serialNumber }],
}).der

const revocation = (
  mode: 'require' | 'prefer' | 'off',
  crls: readonly Uint8Array[],
  staleGrace = 0,
) => ({
  domain: 'auth.example.com',
  caSigned: { trustAnchors: [root.pem], revocation: { mode, crls, staleGrace } },
})

t.test('what is known and what is unknown, in each mode', async (t) => {
  const both = [rootCrl, intermediateCrl]
  const none: Uint8Array[] = []
  const cases = [
    ['require', both, good, null],
    ['require', both, revoked, 'REVOKED'],
    ['require', [intermediateCrl], good, 'REVOCATION_UNKNOWN'],
    // The CRL's own signer may be revoked: what it says does not count while that is unknown.
    ['require', [intermediateCrl], revoked, 'REVOCATION_UNKNOWN'],
    ['require', none, good, 'REVOCATION_UNKNOWN'],
    ['prefer', both, revoked, 'REVOKED'],
    ['prefer', none, good, null],
    ['off', both, revoked, null],
  ] as const
  for (const [mode, crls, client, reason] of cases) {
    const service = await startVerifierService(t, [root], revocation(mode, crls))
    const name = `${mode}, ${crls.length} CRLs, ${client === good ? 'good' : 'revoked'}`
    const code = reason === null ? null : `FST_CERT_VERIFIER_${reason}`
    t.match(await service.ask(client), { status: reason === null ? 200 : 401, code }, name)
  }
})

t.test('a revoked intermediate takes its certificates along', async (t) => {
  const crl = issueCrl({ issuer: root, revoked: [{ serialNumber: intermediate.serialNumber }] }).der
  const service = await startVerifierService(t, [root], revocation('prefer', [crl]))
  t.match(await service.ask(good), { status: 401, code: 'FST_CERT_VERIFIER_REVOKED' })
})

t.test('a CRL that goes stale while a connection is open is not relied on any more', async (t) => {
  let now = Date.now()
  const nextUpdate = new Date(Math.ceil(now / 1000) * 1000 + hour)
  const crl = issueCrl({ issuer: intermediate, nextUpdate }).der
  const options = revocation('require', [rootCrl, crl], 60_000)
  const service = await startVerifierService(t, [root], { ...options, clock: () => now })
  const connection = await openConnection(service.port, good)
  t.equal((await connection.request(REQUEST)).status, 200)
  now = nextUpdate.getTime() + 59_000
  t.equal((await connection.request(REQUEST)).status, 200, 'within staleGrace')
  now = nextUpdate.getTime() + 62_000
  const { status, text } = await connection.request(REQUEST)
  t.match(readAnswer(status, text), { status: 401, code: 'FST_CERT_VERIFIER_REVOCATION_UNKNOWN' })
  connection.destroy()
})
