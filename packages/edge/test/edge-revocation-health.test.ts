import { type EdgeConfiguration, loadConfiguration } from '@mtls-edge/edge'
import { issueCertificate, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import { startRevocationServer, until } from '../../cert-verifier/test/revocation-server.ts'
import type { RevocationItem } from '../dist/service/list-revocation.js'
import { createRevocationPart } from '../dist/service/revocation-part.js'
import { startAdminStage } from './admin-stage.ts'
import { ALIAS, CUSTOM, clients, request, writeStageFiles } from './edge-stage.ts'

const TOKEN = request('POST /oauth/token', '', ALIAS, 'grant_type=client_credentials')
/** It is looked at every 5 s, and the machine may be busy. */
const PATIENCE = { deadline: 30_000 }
const NOW = Date.parse('2031-05-06T12:00:00Z')
const minutes = (count: number): Date => new Date(NOW + count * 60_000)

t.test('a responder that is away is seen, and takes the edge away in no mode', async (t) => {
  const server = await startRevocationServer(t)
  const certificate = issueCertificate({
    issuer: clients.root,
    crlDistributionPoints: [`${server.origin}/clients.crl`],
  })
  const stage = await startAdminStage(t, (domain) => ({
    ...domain,
    clientCertificates: {
      caSigned: {
        trustAnchorFiles: ['clients-root.pem'],
        revocation: { mode: 'require', fetch: ['crl'], fetchAllowHosts: ['127.0.0.1'] },
      },
    },
  }))
  const readyz = async () => {
    const response = await fetch(`http://127.0.0.1:${stage.edge.healthPort}/readyz`)
    return { status: response.status, text: await response.text() }
  }
  const source = async () => (await stage.call('/api/v1/revocation')).body

  t.match((await readyz()).text, '"revocation":{"state":"ready"')
  t.equal((await stage.ask({ bytes: TOKEN, certificate })).status, 401)
  await until(
    async () => (await readyz()).text.includes('"revocation":{"state":"degraded"'),
    PATIENCE,
  )
  t.match(await readyz(), { status: 200, text: '"status":"degraded"' })
  t.match(await source(), {
    domains: [
      {
        sources: [
          {
            kind: 'crl',
            origin: 'fetched',
            state: 'missing',
            fetchedAt: null,
            failure: 'the server answered 404',
            failingSince: String,
          },
        ],
      },
    ],
  })
  const health = await stage.call('/api/v1/health')
  t.match(health.body, { parts: { revocation: { state: 'degraded', since: String } } })

  server.answers['/clients.crl'] = issueCrl({ issuer: clients.root }).der
  await until(async () => (await stage.ask({ bytes: TOKEN, certificate })).status === 200, PATIENCE)
  t.match(await source(), {
    domains: [
      { sources: [{ state: 'fresh', fetchedAt: String, failure: null, failingSince: null }] },
    ],
  })
  await until(async () => (await readyz()).text.includes('"revocation":{"state":"ready"'), PATIENCE)
})

const item = (more: Partial<RevocationItem>): RevocationItem => ({
  domain: CUSTOM,
  kind: 'crl',
  origin: 'fetched',
  address: 'http://ca.example.com/crl',
  thisUpdate: minutes(-60),
  nextUpdate: minutes(60),
  fetchedAt: minutes(-60),
  failure: null,
  ...more,
})
const failure = (since: number, at: number) => ({
  failure: { reason: 'its host has no address', since: minutes(since), at: minutes(at) },
})

for (const [title, items, expected] of [
  ['nothing was fetched yet', [], { state: 'ready', since: minutes(0) }],
  ['all is well', [item({})], { state: 'ready', since: minutes(0) }],
  ['an address fails', [item(failure(-9, -1))], { state: 'degraded', since: minutes(-9) }],
  [
    'two fail, the first one first',
    [item(failure(-3, -1)), item(failure(-5, -2))],
    { state: 'degraded', since: minutes(-5) },
  ],
  ['nobody asks for it any more', [item(failure(-90, -11))], { state: 'ready' }],
  [
    'a list of a file is out of date',
    [item({ origin: 'file', nextUpdate: minutes(-7) })],
    { state: 'degraded', since: minutes(-7) },
  ],
  ['an answer that nobody needs is', [item({ nextUpdate: minutes(-7) })], { state: 'ready' }],
  [
    'it is of another domain',
    [item({ domain: 'b.example', ...failure(-9, -1) })],
    { state: 'ready' },
  ],
] as const) {
  t.test(`the part where ${title}`, async (t) => {
    const { file } = await writeStageFiles(t)
    const { domains } = loadConfiguration(file, { environment: {} })
    const on = domains.map((domain) => withMode(domain, 'prefer'))
    const since = 'since' in expected ? { since: expected.since.toISOString() } : {}
    const part = createRevocationPart(
      () => ({ domains: on }),
      () => items,
      () => NOW,
    )
    t.match(part(), { revocation: { ...expected, ...since } })
    const off = domains.map((domain) => withMode(domain, 'off'))
    t.same(
      createRevocationPart(
        () => ({ domains: off }),
        () => items,
      )(),
      {},
    )
  })
}

type Domain = EdgeConfiguration['domains'][number]

function withMode(domain: Domain, mode: 'prefer' | 'off'): Domain {
  const { caSigned } = domain.clientCertificates
  if (caSigned === null) throw new Error('the stage takes certificates of a CA')
  const revocation = { ...caSigned.revocation, mode }
  return {
    ...domain,
    clientCertificates: { ...domain.clientCertificates, caSigned: { ...caSigned, revocation } },
  }
}
