import { readFile, writeFile } from 'node:fs/promises'
import { issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import { startAdminStage, TOKEN } from './admin-stage.ts'
import { API_KEY, CUSTOM, clients, request } from './edge-stage.ts'
import { pki } from './registry-stage.ts'

t.test('shows verdicts, refusals with their reasons, latencies and connections', async (t) => {
  const stage = await startAdminStage(t, (domain) => ({
    ...domain,
    clientCertificates: { ...domain.clientCertificates, selfSigned: 'reject' },
  }))
  const bytes = request('POST /oauth/token')
  t.equal((await stage.ask({ bytes, certificate: clients.client() })).status, 200)
  const selfSigned = pki.selfSignedClient({ subject: { CN: 'a stranger' } })
  t.equal((await stage.ask({ bytes, certificate: selfSigned })).status, 401)
  t.equal((await stage.ask({ bytes })).status, 401)
  await t.rejects(stage.ask({ bytes, servername: 'unknown.example.com' }))
  // The end of an answer and the line of its request are not one moment.
  let body = (await stage.call('/api/v1/activity')).body
  for (
    let count = 0;
    count < 50 && JSON.stringify(body).includes('"requests":3') === false;
    count += 1
  ) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    body = (await stage.call('/api/v1/activity')).body
  }
  const { minutes } = body
  if (!Array.isArray(minutes)) throw new Error('no minutes')
  t.equal(minutes.length, 60)
  const sum = (name: string) =>
    minutes.reduce((total: number, { verdicts }) => total + Number(verdicts[name]), 0)
  t.same(['caVerified', 'selfSigned', 'none', 'refused'].map(sum), [1, 0, 0, 2])
  t.match(body, {
    refusals: [
      { kind: 'handshake', reason: 'unknown_server_name', host: 'unknown.example.com', worker: 1 },
      { kind: 'request', reason: 'no_certificate', domain: CUSTOM, status: 401 },
      {
        reason: 'self_signed_not_accepted',
        subject: 'CN=a stranger',
        thumbprint: selfSigned.thumbprint,
      },
    ],
    latency: { edge: { count: 3, p50Ms: Number }, auth0: { count: 1, p99Ms: Number } },
    connections: { open: Number },
    workers: [{ worker: 1, pid: process.pid, state: 'ready' }],
  })
})

t.test('shows what ends when', async (t) => {
  const stage = await startAdminStage(t)
  const day = 86_400_000
  const clientOf = (name: string, days: number) =>
    pki.selfSignedClient({
      subject: { CN: name },
      notBefore: new Date(Date.now() - 400 * day),
      notAfter: new Date(Date.now() + days * day + 60_000),
    })
  const [over, soon, later] = [clientOf('over', -3), clientOf('soon', 5), clientOf('later', 300)]
  const suspended = clientOf('suspended', 6)
  const pem = over.pem + soon.pem + later.pem + suspended.pem
  const path = '/api/v1/registry/entries'
  await stage.call(path, { method: 'POST', body: { pem, clientName: 'Bank' } })
  const suspend = `${path}/${suspended.thumbprint}/suspend`
  await stage.call(suspend, { method: 'POST', body: {} })
  const { status, body } = await stage.call('/api/v1/expiring')
  t.equal(status, 200)
  t.match(body, {
    buckets: [
      { name: 'expired', registered: 1 },
      { name: '7d', registered: 1 },
      { name: '30d', registered: 0 },
      { name: '90d' },
      { name: 'later', registered: null },
    ],
    items: [
      { kind: 'registered', subject: 'CN=over', daysLeft: -3 },
      { kind: 'registered', subject: 'CN=soon', daysLeft: 5, clientName: 'Bank', state: 'active' },
    ],
  })
  const text = JSON.stringify(body)
  for (const kind of ['server-certificate', 'trust-anchor', 'intermediate']) t.match(text, kind)
  t.match(text, `"names":["${CUSTOM}"`)
  t.notMatch(text, 'CN=suspended')
  t.match((await stage.call('/api/v1/expiring?limit=1')).body, { items: { length: 1 } })
})

t.test('shows where revocation information comes from, and how old it is', async (t) => {
  const old = {
    thisUpdate: new Date('2020-01-01'),
    nextUpdate: new Date('2020-02-01'),
    issuer: clients.root,
  }
  const stage = await startAdminStage(
    t,
    (domain) => {
      const { caSigned } = domain.clientCertificates
      const revocation = {
        mode: 'prefer',
        crlFiles: ['new.crl', 'old.crl'],
        staleGrace: '1h',
        fetch: ['ocsp'],
        fetchAllowHosts: ['ocsp.example.com'],
      }
      return {
        ...domain,
        clientCertificates: { caSigned: { ...caSigned, revocation }, selfSigned: 'reject' },
      }
    },
    {
      files: {
        'new.crl': issueCrl({ issuer: clients.intermediate }).pem,
        'old.crl': issueCrl(old).pem,
      },
    },
  )
  const { status, body } = await stage.call('/api/v1/revocation')
  t.equal(status, 200)
  t.match(body, {
    domains: [
      {
        domain: CUSTOM,
        mode: 'prefer',
        staleGraceMs: 3_600_000,
        fetch: ['ocsp'],
        sources: [
          { kind: 'crl', origin: 'file', location: /new\.crl$/, state: 'fresh', entries: 0 },
          { location: /old\.crl$/, state: 'stale', nextUpdate: '2020-02-01T00:00:00.000Z' },
        ],
      },
    ],
  })
})

t.test('shows the configuration in force, and nothing of its secrets', async (t) => {
  const stage = await startAdminStage(t)
  const { status, text, body } = await stage.call('/api/v1/configuration')
  t.equal(status, 200)
  t.match(body, {
    file: stage.file,
    state: 'ready',
    problems: [],
    nextStart: [],
    values: {
      tlsProfile: 'fapi2',
      workers: 1,
      shutdownTimeout: 2000,
      registry: { url: /^sqlite:/ },
      admin: { token: '[secret]' },
      domains: [
        {
          customDomain: CUSTOM,
          serverCertificates: [{ certificate: [{ subject: String, thumbprint: String }] }],
          auth0: { cnameApiKey: '[secret]' },
          clientCertificates: { caSigned: { trustAnchors: [{ subject: String }] } },
        },
      ],
    },
  })
  for (const secret of [API_KEY, TOKEN, 'PRIVATE KEY', '-----BEGIN']) t.notMatch(text, secret)
})

t.test(
  'takes a new token over, ends sessions with the old one, and names what waits',
  async (t) => {
    const stage = await startAdminStage(t)
    const headers = { 'x-mtls-edge-csrf': '1' }
    const login = { method: 'POST', isKnown: false, headers, body: { token: TOKEN } } as const
    const entered = await stage.call('/api/session', login)
    const cookie = String(entered.headers['set-cookie']).split(';')[0] ?? ''
    const other = 'another-token-that-nobody-guesses-98765'
    const text = await readFile(stage.file, 'utf8')
    const next = text.replace(TOKEN, other).replace('shutdownTimeout: 2s', 'shutdownTimeout: 3s')
    await writeFile(stage.file, next)
    const { loadConfiguration } = await import('@mtls-edge/edge')
    await stage.edge.update(loadConfiguration(stage.file, { environment: {} }))
    t.equal((await stage.call('/api/v1/domains')).status, 401)
    const withCookie = { isKnown: false, headers: { cookie } }
    t.equal((await stage.call('/api/v1/domains', withCookie)).status, 401)
    const authorization = `Bearer ${other}`
    const { body } = await stage.call('/api/v1/configuration', { headers: { authorization } })
    t.match(body, { nextStart: ['shutdownTimeout'], values: { shutdownTimeout: 2000 } })
  },
)
