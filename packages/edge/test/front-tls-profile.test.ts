import { X509Certificate } from 'node:crypto'
import { openTlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { createHostServer } from '../dist/front/index.js'
import { hello, vector16 } from './front-hello.ts'
import {
  createAuthorities,
  hostOptions,
  MTLS_DOMAIN,
  type StageOptions,
  startStage,
} from './front-stage.ts'
import { askHello, type FirstAnswer } from './front-wire.ts'

const authorities = createAuthorities()
const { rsaOnly, ecdsaOnly, serverCertificates } = authorities

const TLS_1_2 = 0x0303
const TLS_1_3 = 0x0304
const HANDSHAKE_FAILURE: FirstAnswer = { kind: 'alert', level: 2, description: 40 }
const PROTOCOL_VERSION: FirstAnswer = { kind: 'alert', level: 2, description: 70 }
const ECDSA_SUITES = [0xc02b, 0xc02c]
const RSA_SUITES = [0xc02f, 0xc030]
const TLS_1_3_SUITES = [0x1301, 0x1302, 0x1303]
/** Signalling values that are no suites: TLS_FALLBACK_SCSV is answered with an alert of its own. */
const SIGNALS = [0x00ff, 0x5600]

const profiles = [
  {
    what: 'fapi2 with certificates of both kinds',
    host: { tlsProfile: 'fapi2', serverCertificates },
    suites: [...ECDSA_SUITES, ...RSA_SUITES],
  },
  {
    what: 'fapi2 with RSA alone',
    host: { tlsProfile: 'fapi2', serverCertificates: rsaOnly },
    suites: RSA_SUITES,
  },
  {
    what: 'fapi2 with ECDSA alone',
    host: { tlsProfile: 'fapi2', serverCertificates: ecdsaOnly },
    suites: ECDSA_SUITES,
  },
  {
    what: 'fapi1-advanced with certificates of both kinds',
    host: { tlsProfile: 'fapi1-advanced', serverCertificates },
    suites: RSA_SUITES,
  },
] as const satisfies readonly { what: string; host: StageOptions['host']; suites: number[] }[]

async function startWith(t: Test, host: StageOptions['host']) {
  const stage = await startStage({ authorities, ...(host && { host }) })
  t.teardown(() => stage.close())
  const ask = (options: Parameters<typeof hello>[0]) =>
    askHello(stage.port, hello({ serverName: MTLS_DOMAIN, ...options }))
  return { stage, ask }
}

for (const { what, host, suites } of profiles) {
  t.test(`${what} takes its own suites, each offered alone`, async (t) => {
    const { ask } = await startWith(t, host)
    for (const suite of suites) {
      t.match(await ask({ suites: [suite] }), { kind: 'server_hello', version: TLS_1_2, suite })
    }
    for (const suite of TLS_1_3_SUITES) {
      t.match(await ask({ versions: [TLS_1_3], suites: [suite] }), { version: TLS_1_3, suite })
    }
  })

  t.test(`${what} refuses every other suite with alert 40`, async (t) => {
    const { ask } = await startWith(t, host)
    const others = Array.from({ length: 0x10000 }, (_, suite) => suite).filter(
      (suite) => !([...suites, ...SIGNALS] as number[]).includes(suite),
    )
    // A third of all code points in a hello: all of them do not fit into one.
    for (let from = 0; from < others.length; from += 22_000) {
      const some = others.slice(from, from + 22_000)
      t.same(await ask({ suites: some }), HANDSHAKE_FAILURE)
      const none = some.filter((suite) => !TLS_1_3_SUITES.includes(suite))
      t.same(await ask({ versions: [TLS_1_3], suites: none }), HANDSHAKE_FAILURE)
    }
  })

  t.test(`${what} prefers TLS 1.3 and its own order of suites`, async (t) => {
    const { ask } = await startWith(t, host)
    const offered = [...suites, ...TLS_1_3_SUITES].reverse()
    for (const versions of [
      [TLS_1_2, TLS_1_3],
      [TLS_1_3, TLS_1_2],
    ]) {
      t.match(await ask({ versions, suites: offered }), {
        version: TLS_1_3,
        suite: TLS_1_3_SUITES[0],
      })
    }
    t.match(await ask({ suites: offered }), { version: TLS_1_2, suite: suites[0] })
  })
}

t.test('TLS 1.0, 1.1 and SSL 3.0 are refused with alert 70, known host or not', async (t) => {
  const { ask } = await startWith(t, {})
  for (const legacyVersion of [0x0300, 0x0301, 0x0302]) {
    t.same(await ask({ legacyVersion }), PROTOCOL_VERSION)
    t.same(await ask({ legacyVersion: TLS_1_2, versions: [legacyVersion] }), PROTOCOL_VERSION)
    t.same(await ask({ legacyVersion, serverName: 'other.example.com' }), PROTOCOL_VERSION)
    t.same(await ask({ legacyVersion, serverName: '' }), PROTOCOL_VERSION)
  }
})

const groups = [
  { name: 'X25519', group: 0x001d, isTaken: true },
  { name: 'P-256', group: 0x0017, isTaken: true },
  { name: 'P-384', group: 0x0018, isTaken: true },
  { name: 'P-521', group: 0x0019, isTaken: false },
  { name: 'X448', group: 0x001e, isTaken: false },
  { name: 'secp256k1', group: 0x0016, isTaken: false },
  { name: 'brainpoolP256r1', group: 0x001a, isTaken: false },
  { name: 'ffdhe2048', group: 0x0100, isTaken: false },
  { name: 'SecP256r1MLKEM768', group: 0x11eb, isTaken: false },
]

for (const { name, group, isTaken } of groups) {
  t.test(`${isTaken ? 'takes' : 'refuses'} the group ${name} in TLS 1.3 and 1.2`, async (t) => {
    const { ask } = await startWith(t, { serverCertificates: rsaOnly })
    // Offered without a share, so that a group that is taken is asked for by a HelloRetryRequest.
    const answer = await ask({ versions: [TLS_1_3], groups: [group], keyShares: vector16() })
    t.match(answer, isTaken ? { kind: 'server_hello', isRetry: true } : HANDSHAKE_FAILURE)
    t.match(await ask({ groups: [group] }), isTaken ? { version: TLS_1_2 } : HANDSHAKE_FAILURE)
  })
}

t.test('takes X25519MLKEM768 where OpenSSL has it', async (t) => {
  const hasIt = Number.parseFloat(process.versions.openssl) >= 3.5
  const { ask } = await startWith(t, {})
  const offer = { versions: [TLS_1_3], groups: [0x11ec], keyShares: vector16() }
  t.match(await ask(offer), hasIt ? { kind: 'server_hello', isRetry: true } : HANDSHAKE_FAILURE)
})

t.test('a client that sent a share for X25519 is not asked again for a better group', async (t) => {
  const { ask } = await startWith(t, {})
  const answer = await ask({ versions: [TLS_1_3], groups: [0x11ec, 0x0017, 0x001d] })
  t.match(answer, { kind: 'server_hello', isRetry: false })
})

t.test('SHA-1 and MD5 signatures alone are refused with alert 40', async (t) => {
  const { ask } = await startWith(t, {})
  for (const signatureAlgorithms of [[0x0201, 0x0203, 0x0202], [0x0101]]) {
    t.same(await ask({ signatureAlgorithms }), HANDSHAKE_FAILURE)
    t.same(await ask({ signatureAlgorithms, versions: [TLS_1_3] }), HANDSHAKE_FAILURE)
  }
})

const protocols = (...names: string[]) =>
  [
    [16, vector16(...names.map((name) => Buffer.from([name.length, ...Buffer.from(name)])))],
  ] as const

t.test('ALPN is http/1.1 or absent; others are refused with alert 120', async (t) => {
  const { ask } = await startWith(t, {})
  const versions = [TLS_1_3]
  for (const names of [['h2', 'http/1.1'], ['http/1.1']]) {
    t.match(await ask({ versions, extraExtensions: protocols(...names) }), { kind: 'server_hello' })
  }
  for (const names of [['h2'], ['http/1.0'], ['http/1.1 '], ['HTTP/1.1'], ['ftp']]) {
    t.same(await ask({ versions, extraExtensions: protocols(...names) }), {
      kind: 'alert',
      level: 2,
      description: 120,
    })
  }
})

t.test('the certificate goes by what the client can verify', async (t) => {
  const { stage } = await startWith(t, {})
  for (const [sigalgs, type] of [
    ['rsa_pss_rsae_sha256', 'rsa'],
    ['ecdsa_secp256r1_sha256', 'ec'],
  ] as const) {
    const connection = await openTlsConnection({
      port: stage.port,
      servername: MTLS_DOMAIN,
      tls: { sigalgs },
    })
    const { raw } = connection.socket.getPeerCertificate()
    t.equal(new X509Certificate(raw).publicKey.asymmetricKeyType, type)
    connection.destroy()
  }
})

t.test('fapi1-advanced without an RSA certificate does not start and says why', async (t) => {
  t.throws(
    () =>
      createHostServer(
        hostOptions(
          { authorities, host: { tlsProfile: 'fapi1-advanced', serverCertificates: ecdsaOnly } },
          MTLS_DOMAIN,
        ),
      ),
    { code: 'FST_EDGE_RSA_CERTIFICATE_MISSING', message: /mtls\.auth\.example\.com.*RSA/ },
  )
})
