import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import {
  answerJson,
  createPki,
  type Issued,
  openTlsConnection,
  type Pki,
  type RecordingUpstream,
  readError,
  readJsonMember,
  sendRaw,
  startRecordingUpstream,
} from '@mtls-edge/testkit'
import t from 'tap'
import { startEdgeUnderTest } from './edge-under-test.ts'
import { configuredWhereHidden } from './presented-chain.ts'

// Three tenants in one process. The attack behind every test: somebody with a valid certificate of one of them tries to be
// taken for a client of another, or to get at another's key, certificate or target.
interface Tenant {
  readonly name: string
  readonly custom: string
  readonly alias: string
  readonly key: string
  readonly pki: Pki
  readonly client: Issued
  readonly selfSigned: Issued
  readonly upstream: RecordingUpstream
}

async function createTenant(name: string, alias: string, custom: string): Promise<Tenant> {
  const pki = createPki({ name })
  const handler = answerJson({ tenant: name })
  const upstream = await startRecordingUpstream({ certificate: pki.server('localhost'), handler })
  t.teardown(() => upstream.close())
  // The same subject everywhere: only the CA tells them apart.
  const client = pki.client({ subject: 'client-1' })
  const selfSigned = pki.selfSignedClient()
  return { name, custom, alias, key: `key-of-${name}`, pki, client, selfSigned, upstream }
}

const a = await createTenant('a', 'mtls.auth.a.example', 'auth.a.example')
const b = await createTenant('b', 'mtls.auth.b.example', 'auth.b.example')
// One name for both: this tenant's aliases are off.
const c = await createTenant('c', 'auth.c.example', 'auth.c.example')
const tenants = [a, b, c]

const edge = await startEdgeUnderTest(
  t,
  tenants.map((tenant) => ({
    customDomain: tenant.custom,
    mtlsDomain: tenant.alias,
    server: tenant.pki.server([tenant.custom, tenant.alias]),
    forwardingTarget: `https://localhost:${tenant.upstream.port}`,
    upstreamRoot: tenant.pki.root,
    cnameApiKey: tenant.key,
    clientRoots: [tenant.pki.root],
    intermediates: configuredWhereHidden(tenant.pki),
    selfSigned: tenant === b ? ('reject' as const) : ('forward' as const),
  })),
)

interface Attempt {
  readonly to: Tenant
  readonly servername?: string
  readonly host?: string
  readonly as?: Issued | null
  readonly path?: string
  readonly method?: string
}

function send({ to, servername = to.alias, host, as = null, path, method = 'POST' }: Attempt) {
  for (const { upstream } of tenants) upstream.forget()
  return sendRaw({
    port: edge.port,
    ca: to.pki.root.pem,
    servername,
    ...(as && { certificate: as.chainPem, key: as.keyPem }),
    method,
    path: path ?? '/oauth/token',
    ...(host === undefined ? {} : { headers: { host } }),
  })
}

function reached(): readonly string[] {
  return tenants.flatMap(({ name, upstream }) => upstream.requests.map(() => name))
}

t.test('gives every tenant its own certificate, anchors, key and target', async (t) => {
  for (const tenant of tenants) {
    // The answer came over TLS that this tenant's root alone vouches for.
    const answer = await send({ to: tenant, as: tenant.client })
    t.equal(answer.status, 200, tenant.name)
    t.equal(readJsonMember(answer.body, 'tenant'), tenant.name)
    t.same(reached(), [tenant.name])
    const [request] = tenant.upstream.requests
    t.match(request?.headers, {
      host: `localhost:${tenant.upstream.port}`,
      'cname-api-key': tenant.key,
      'client-certificate': encodeURIComponent(tenant.client.pem),
      'client-certificate-ca-verified': 'SUCCESS',
    })
  }
})

t.test("refuses a client of one tenant's CA at another's alias", async (t) => {
  for (const to of tenants) {
    for (const from of tenants.filter((tenant) => tenant !== to)) {
      const title = `${from.name} at ${to.name}`
      const answer = await send({ to, as: from.client })
      t.equal(answer.status, 401, title)
      const { error, description } = readError(answer)
      t.equal(error, 'invalid_client', title)
      t.match(description, /^untrusted_issuer:/, title)
      t.same(reached(), [], title)
    }
  }
})

t.test('keeps the policy on self-signed certificates apart', async (t) => {
  t.equal((await send({ to: a, as: a.selfSigned })).status, 200)
  t.same(reached(), ['a'])
  const answer = await send({ to: b, as: a.selfSigned })
  t.equal(answer.status, 401)
  t.match(readError(answer).description, /^self_signed_not_accepted:/)
  t.same(reached(), [])
})

t.test('refuses a Host that is not the one of the TLS connection', async (t) => {
  const attempts: readonly (readonly [string, Attempt])[] = [
    ["another tenant's alias", { to: a, host: b.alias, as: a.client }],
    ["another tenant's custom domain", { to: a, host: b.custom, as: a.client }],
    ['the custom domain of the same tenant', { to: a, host: a.custom, as: a.client }],
    ['the alias, from the custom domain', { to: a, servername: a.custom, host: a.alias }],
    ["another's alias, from the custom domain", { to: a, servername: a.custom, host: b.alias }],
    ['the origin domain name', { to: a, host: `localhost:${a.upstream.port}`, as: a.client }],
    ['nobody', { to: a, host: 'nobody.example', as: a.client }],
    ["another tenant's, where one name is for both", { to: c, host: a.alias, as: c.client }],
  ]
  for (const [title, attempt] of attempts) {
    const answer = await send(attempt)
    t.equal(answer.status, 421, title)
    const { error, description } = readError(answer)
    t.equal(error, 'invalid_request', title)
    t.match(description, /^misdirected_request:/, title)
    t.same(reached(), [], title)
  }
})

t.test('answers an unknown name, and none, with alert 112', async (t) => {
  for (const servername of ['auth.d.example', 'a.example', 'x.auth.a.example', undefined]) {
    const attempt = openTlsConnection({
      port: edge.port,
      ...(servername === undefined ? {} : { servername }),
    })
    await t.rejects(attempt, { code: 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME' }, String(servername))
  }
})

t.test("takes up no TLS session of one host at another's", async (t) => {
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const session = await takeSession(a, a.alias, maxVersion)
    for (const [tenant, servername] of [
      [b, b.alias],
      [a, a.custom],
      [c, c.alias],
      [a, a.alias],
    ] as const) {
      const socket = connectAs(tenant, servername, maxVersion, session)
      await once(socket, 'secureConnect')
      t.equal(socket.isSessionReused(), false, `${maxVersion}, ${servername}`)
      socket.destroy()
    }
  }
})

function connectAs(
  tenant: Tenant,
  servername: string,
  maxVersion: 'TLSv1.2' | 'TLSv1.3',
  session?: Buffer,
): TLSSocket {
  return connect({
    host: '127.0.0.1',
    port: edge.port,
    servername,
    maxVersion,
    ca: tenant.pki.root.pem,
    cert: tenant.client.chainPem,
    key: tenant.client.keyPem,
    ...(session && { session }),
  })
}

async function takeSession(tenant: Tenant, servername: string, maxVersion: 'TLSv1.2' | 'TLSv1.3') {
  const socket = connectAs(tenant, servername, maxVersion)
  const [session]: Buffer[] = await once(socket, 'session')
  socket.destroy()
  return session
}

t.test('serves both kinds of traffic on one name where the aliases are off', async (t) => {
  const expired = c.pki.client({ notAfter: new Date(Date.now() - 1000) })
  const rows = [
    ['an endpoint with a certificate', c.client, '/oauth/token', 'POST', 200, 'SUCCESS'],
    [
      'an endpoint with a self-signed one',
      c.selfSigned,
      '/userinfo',
      'GET',
      200,
      'FAILED:self-signed certificate',
    ],
    ['an endpoint without one', null, '/oauth/token', 'POST', 200, undefined],
    ['another path without one', null, '/authorize?x=y', 'GET', 200, undefined],
    ['another path with a certificate', c.client, '/authorize', 'GET', 200, undefined],
    ['an endpoint with an expired one', expired, '/oauth/token', 'POST', 401, null],
    ['another path with an expired one', expired, '/authorize', 'GET', 401, null],
    ["another tenant's, at an endpoint", a.client, '/oauth/token', 'POST', 401, null],
    ["another tenant's, elsewhere", a.client, '/authorize', 'GET', 401, null],
  ] as const
  for (const [title, as, path, method, status, verification] of rows) {
    const answer = await send({ to: c, as, path, method })
    t.equal(answer.status, status, title)
    if (status === 401) {
      t.equal(readError(answer).error, 'invalid_client', title)
      t.same(reached(), [], title)
      continue
    }
    t.same(reached(), ['c'], title)
    const { headers } = c.upstream.requests[0] ?? {}
    t.equal(headers?.['client-certificate-ca-verified'], verification, title)
    t.equal(headers?.['client-certificate'] === undefined, verification === undefined, title)
    t.equal(headers?.['cname-api-key'], c.key, title)
  }
})
