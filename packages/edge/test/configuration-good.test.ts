import { availableParallelism } from 'node:os'
import t from 'tap'
import {
  API_KEY,
  change,
  client,
  GOOD,
  load,
  pki,
  rsaServer,
  server,
} from './configuration-fixture.ts'

const LISTS = (text: string): string =>
  change('selfSigned: reject', `selfSigned: reject\n      ${text}`)

t.test('fills in every default', async (t) => {
  const configuration = load(`domains:
  - customDomain: Auth.Example.com.
    serverCertificates: [{ certificateFile: certs/auth.crt, keyFile: certs/auth.key }]
    auth0: { forwardingTarget: 'https://Tenant.example.com/', cnameApiKeyFile: api-key.txt }
    clientCertificates: { selfSigned: forward }
`)
  t.match(configuration, {
    file: '/etc/edge/edge.yaml',
    listen: { host: '0.0.0.0', port: 8443, proxyProtocol: null },
    workers: availableParallelism(),
    tlsProfile: 'fapi2',
    shutdownTimeout: 20_000,
    drainDelay: 0,
    limits: {
      handshakeTimeout: 10_000,
      headersTimeout: 10_000,
      bodyTimeout: 30_000,
      idleTimeout: 60_000,
      stallTimeout: 120_000,
      requestsPerConnection: 10_000,
      connections: 10_000,
      connectionsPerAddress: null,
      connectionsPerCertificate: null,
      headerBytes: 16_384,
      headerCount: 100,
      urlBytes: 8_192,
      bodyBytes: 1_048_576,
    },
    rateLimit: {
      perCertificate: null,
      perAddress: null,
      newConnectionsPerAddress: null,
      redis: null,
    },
    registry: null,
    tracing: null,
    health: { host: '127.0.0.1', port: 9091 },
    warnings: [],
  })
  const [domain] = configuration.domains
  t.match(domain, {
    customDomain: 'auth.example.com',
    mtlsDomain: 'mtls.auth.example.com',
    publicTraffic: 'forward',
    auth0: { forwardingTarget: 'https://tenant.example.com', clientIpHeader: null, ca: null },
    resumption: 'off',
    http2: false,
  })
  t.same(domain?.endpoints, [
    { path: '/oauth/token', methods: ['POST'] },
    { path: '/oauth/par', methods: ['POST'] },
    { path: '/userinfo', methods: ['GET', 'POST'] },
  ])
  const none = { thumbprints: [], subjects: [], subjectAlternativeNames: [], issuers: [] }
  t.same(domain?.clientCertificates, {
    caSigned: null,
    selfSigned: 'forward',
    allow: none,
    deny: { ...none, serials: [] },
  })
})

t.test('reads what is named, relative to the file', async (t) => {
  const configuration = load(GOOD)
  const [domain] = configuration.domains
  t.equal(domain?.serverCertificates[0]?.certificate, server.pem)
  t.equal(domain?.serverCertificates[0]?.key.reveal().trim(), server.keyPem.trim())
  const caSigned = domain?.clientCertificates.caSigned
  t.equal(caSigned?.trustAnchors[0]?.thumbprint, pki.root.thumbprint)
  t.equal(caSigned?.intermediates[0]?.thumbprint, pki.intermediate.thumbprint)
  t.equal(caSigned?.revocation.crls[0]?.crl.issuer.text, 'CN=Test Intermediate')
  t.equal(configuration.registry?.url.reveal(), 'sqlite:/etc/edge/registry.db')
  t.same(configuration.namedFiles, [
    '/etc/edge/certs/auth.crt',
    '/etc/edge/certs/auth.key',
    '/etc/edge/clients-root.pem',
    '/etc/edge/clients-intermediate.pem',
    '/etc/edge/clients.crl',
  ])
})

t.test(
  'takes an RSA and an ECDSA certificate side by side, and a key beside its certificate',
  async (t) => {
    const text = change(
      '      - { cert',
      '      - { certificateFile: certs/auth-rsa.crt, keyFile: certs/auth-rsa.key }\n      - { cert',
    ).replace('certs/auth.crt, keyFile: certs/auth.key', 'certs/both.pem, keyFile: certs/both.pem')
    const certificates = load(text).domains[0]?.serverCertificates
    t.same(
      certificates?.map(({ certificate }) => certificate),
      [rsaServer.pem, server.pem],
    )
  },
)

t.test('takes extra roots to trust the target by', async (t) => {
  const text = change('clientIpHeader: true-client-ip', 'caFile: clients-root.pem')
  t.equal(load(text).domains[0]?.auth0.ca, pki.root.pem)
})

t.test('takes one name for the custom domain and its alias', async (t) => {
  const text = change('    endpoints:', '    mtlsDomain: AUTH.example.com\n    endpoints:')
  t.match(load(text), { domains: [{ mtlsDomain: 'auth.example.com' }], warnings: [] })
})

t.test('takes JSON, which is YAML', async (t) => {
  const text = JSON.stringify({
    domains: [
      {
        customDomain: 'auth.example.com',
        serverCertificates: [{ certificateFile: 'certs/auth.crt', keyFile: 'certs/auth.key' }],
        auth0: { forwardingTarget: 'https://tenant.example.com', cnameApiKey: API_KEY },
        clientCertificates: { selfSigned: 'forward' },
      },
    ],
  })
  t.equal(load(text).domains[0]?.auth0.cnameApiKey.reveal(), API_KEY)
})

t.test('takes what one domain shares with another from an anchor', async (t) => {
  const first = change('auth0:', 'auth0: &auth0')
  const second = `  - customDomain: login.example.com
    serverCertificates: [{ certificateFile: certs/auth.crt, keyFile: certs/auth.key }]
    auth0: *auth0
    clientCertificates: { selfSigned: forward }
`
  const { domains } = load(first.replace('\nregistry:', `\n${second}registry:`))
  t.equal(domains[1]?.auth0.cnameApiKey.reveal(), API_KEY)
})

for (const [text, milliseconds] of [
  ['500ms', 500],
  ['0s', 0],
  ['1.5s', 1_500],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['24d', 2_073_600_000],
] as const) {
  t.test(`reads ${text} as ${milliseconds} ms`, async (t) => {
    t.equal(load(change('20s', text)).shutdownTimeout, milliseconds)
  })
}

const base64url = Buffer.from(client.thumbprint, 'hex').toString('base64url')
for (const [form, text] of [
  ['hex', client.thumbprint],
  ['upper-case hex with colons', client.thumbprint.toUpperCase().replace(/..(?!$)/g, '$&:')],
  ['base64url', base64url],
  ['a PEM file', 'client.crt'],
] as const) {
  t.test(`reads a thumbprint in ${form}`, async (t) => {
    const { domains } = load(LISTS(`deny: { thumbprints: ['${text}'] }`))
    t.same(domains[0]?.clientCertificates.deny.thumbprints, [client.thumbprint])
  })
}

for (const [text, type, value] of [
  ['dns:Client.Example.com.', 'dns', 'client.example.com'],
  ['client.example.com', 'dns', 'client.example.com'],
  ['DNS:*.example.com', 'dns', '*.example.com'],
  ['email:Some.One@Example.com', 'email', 'Some.One@example.com'],
  ['some.one@example.com', 'email', 'some.one@example.com'],
  ['ip:2001:DB8:0:0::1', 'ip', '2001:db8::1'],
  ['192.0.2.1', 'ip', '192.0.2.1'],
  ['uri:urn:example:Client', 'uri', 'urn:example:Client'],
  ['https://client.example.com/a?b', 'uri', 'https://client.example.com/a?b'],
] as const) {
  t.test(`reads the alternative name ${text} as ${type}`, async (t) => {
    const { domains } = load(LISTS(`allow: { subjectAlternativeNames: ['${text}'] }`))
    t.same(domains[0]?.clientCertificates.allow.subjectAlternativeNames, [{ type, value }])
  })
}

t.test('reads names into the key that certificates compare by', async (t) => {
  const { domains } = load(LISTS("allow: { subjects: ['cn = Client, O=Example'] }"))
  const [rule] = domains[0]?.clientCertificates.allow.subjects ?? []
  t.equal(rule?.text, 'cn = Client, O=Example')
  t.match(rule?.normalized, /client/)
})

for (const [text, serial] of [
  ['0A:1b', '0a1b'],
  ['a1b', '0a1b'],
  ['00ff', '00ff'],
  ['ff', '00ff'],
  ['0', '00'],
] as const) {
  t.test(`reads the serial number ${text}`, async (t) => {
    const { domains } = load(LISTS(`deny: { serials: [{ issuer: CN=a, serial: '${text}' }] }`))
    t.match(domains[0]?.clientCertificates.deny.serials, [{ issuer: { text: 'CN=a' }, serial }])
  })
}

t.test('takes a registry in its long form, and its URL from a file', async (t) => {
  const text = change('sqlite:registry.db', '{ urlFile: registry-url.txt, maxStaleness: 90s }')
  const { registry } = load(text)
  t.equal(registry?.url.reveal(), 'postgres://edge:hunter2@db.example.com/edge')
  t.equal(registry?.maxStaleness, 90_000)
})

t.test('freezes all of it', async (t) => {
  const configuration = load(GOOD)
  const open: string[] = []
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
    if (!Object.isFrozen(value) && !/\.(?:crl|trustAnchors|intermediates)\./.test(path))
      open.push(path)
    for (const [key, part] of Object.entries(value)) visit(part, `${path}.${key}`)
  }
  visit(configuration, '')
  t.same(open, [])
})

t.test('does not mind how a root at the end of the server chain is signed', async (t) => {
  const text = change('certs/auth.crt', 'certs/sha1-root.crt').replace(
    'certs/auth.key',
    'certs/sha1-root.key',
  )
  t.strictSame(load(text).warnings, [])
})
