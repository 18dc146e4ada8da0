import t from 'tap'
import { runHere } from './command-process.ts'
import {
  ALIAS,
  CUSTOM,
  type Domain,
  servers,
  startEdgeStage,
  writeStageFiles,
} from './edge-stage.ts'
import { listOutcome, readSelftest, runSelftest, startEmptyResolver } from './selftest-stage.ts'

t.test('the edge passes every check that does not hang on its surroundings', async (t) => {
  const { edge, file } = await startEdgeStage(t)
  const resolver = await startEmptyResolver(t)
  const { code, report } = await readSelftest(t, { file, port: edge.port, resolver })
  t.equal(code, 0)
  t.equal(report.ok, true)
  t.same(listOutcome(report, 'fail'), [])
  t.same(listOutcome(report, 'unknown'), [])
  t.same(
    listOutcome(report, 'warn'),
    [CUSTOM, ALIAS].flatMap((host) => [
      `server-certificate-days@${host}`,
      `dns-caa@${host}`,
      `dns-dnssec@${host}`,
    ]),
  )
  t.same(listOutcome(report, 'pass'), [
    'refuses-unknown-sni',
    'refuses-missing-sni',
    ...listHostChecks(CUSTOM, 'client-certificate-not-asked'),
    `hsts@${CUSTOM}`,
    ...listHostChecks(ALIAS, 'client-certificate-asked'),
    'forwarding-target',
    'api-key',
  ])
})

function listHostChecks(host: string, question: string): string[] {
  return [
    'refuses-tls-1.0',
    'refuses-tls-1.1',
    'refuses-foreign-suites',
    'prefers-tls-1.3',
    'accepts-own-suites',
    'no-compression',
    'no-renegotiation',
    question,
    'server-certificate-name',
    'server-certificate-chain',
  ].map((id) => `${id}@${host}`)
}

t.test('the table for people: a line a check, the mend below, a summary at the end', async (t) => {
  const { edge, file } = await startEdgeStage(t)
  const resolver = await startEmptyResolver(t)
  const { code, stdout, stderr } = await runSelftest(t, { file, port: edge.port, resolver })
  t.equal(code, 0)
  t.equal(stderr, '')
  const lines = stdout.split('\n')
  t.same(
    lines.filter((line) => /^\S/.test(line)),
    [
      'every host',
      CUSTOM,
      ALIAS,
      `${CUSTOM} to Auth0`,
      '25 passed, 6 warnings, 0 failed, 0 unknown',
    ],
  )
  t.match(stdout, /\n {2}pass {5}TLS 1\.0 refused +alert 70 \(protocol_version\)\n/)
  t.match(stdout, /\n {2}pass {5}TLS 1\.3 preferred +TLS 1\.3 with TLS_AES_128_GCM_SHA256\n/)
  // The server sends its own alone; the root is the reader's.
  t.match(
    stdout,
    /pass {5}server certificate verified by its chain +verified, a path of 2 certificates with its root\n/,
  )
  t.match(stdout, /\n {2}warn {5}DNS: CAA records +none\n {11}-> add a CAA record/)
  t.notOk(stdout.includes('\u001b'), 'no colours where there is no terminal')
})

const rsa = servers.server([CUSTOM, ALIAS], { key: 'rsa2048' })
const RSA_FILES = { 'rsa.crt': rsa.chainPem, 'rsa.key': rsa.keyPem }
const RSA = { certificateFile: 'rsa.crt', keyFile: 'rsa.key' }

const variations: readonly {
  readonly what: string
  readonly change: (domain: Domain) => object
  readonly tlsProfile: string
  readonly suites: string
}[] = [
  {
    what: 'fapi2 with certificates of both kinds',
    tlsProfile: 'fapi2',
    suites: '7 of 7',
    change: (domain) => ({ ...domain, serverCertificates: [...domain.serverCertificates, RSA] }),
  },
  {
    what: 'fapi1-advanced with RSA alone',
    tlsProfile: 'fapi1-advanced',
    suites: '5 of 5',
    change: (domain) => ({ ...domain, serverCertificates: [RSA] }),
  },
  {
    what: 'one name for both, which asks for certificates',
    tlsProfile: 'fapi2',
    suites: '5 of 5',
    change: (domain) => ({ ...domain, mtlsDomain: CUSTOM }),
  },
]

for (const { what, tlsProfile, suites, change } of variations) {
  t.test(`passes: ${what}`, async (t) => {
    const more = { settings: { tlsProfile }, files: RSA_FILES }
    const { edge, file } = await startEdgeStage(t, change, more)
    const resolver = await startEmptyResolver(t)
    const { code, report } = await readSelftest(t, { file, port: edge.port, resolver })
    t.equal(code, 0)
    t.same(listOutcome(report, 'fail'), [])
    t.same(listOutcome(report, 'unknown'), [])
    const own = report.results.filter(({ id }) => id === 'accepts-own-suites')
    for (const { seen } of own) t.equal(seen, suites)
  })
}

t.test('the key is not judged where the edge forwards no public traffic', async (t) => {
  const { edge, file } = await startEdgeStage(t, (domain) => ({
    ...domain,
    publicTraffic: 'reject',
  }))
  const resolver = await startEmptyResolver(t)
  const { code, report } = await readSelftest(t, { file, port: edge.port, resolver })
  t.equal(code, 0)
  t.same(listOutcome(report, 'unknown'), ['api-key'])
})

t.test('the one request that goes through the edge is harmless', async (t) => {
  const { edge, file, upstream } = await startEdgeStage(t)
  const resolver = await startEmptyResolver(t)
  await readSelftest(t, { file, port: edge.port, resolver })
  t.ok(upstream.requests.length > 0)
  for (const { method, url } of upstream.requests)
    t.equal(`${method} ${url}`, 'GET /.well-known/openid-configuration')
})

const wrongUses: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['a port that the system chose', [], /listen\.port is 0: name the port/],
  ['an address without a port', ['--address', 'localhost'], /--address is HOST:PORT/],
  ['an address with a wrong port', ['--address', 'localhost:65536'], /--address is HOST:PORT/],
  [
    'roots that do not exist',
    ['--address', '[::1]:8443', '--ca', 'none.pem'],
    /--ca can't be read/,
  ],
]

for (const [what, more, message] of wrongUses) {
  t.test(`wrong use, exit code 2: ${what}`, async (t) => {
    const { file } = await writeStageFiles(t)
    const { code, stdout, stderr } = await runHere(['selftest', '--config', file, ...more])
    t.equal(code, 2)
    t.equal(stdout, '')
    t.match(stderr, message)
  })
}

t.test('where nothing listens it says so once, exit code 1', async (t) => {
  const { edge, file } = await startEdgeStage(t)
  await edge.stop()
  const argv = ['selftest', '-c', file, '--address', `127.0.0.1:${edge.port}`]
  const { code, stdout, stderr } = await runHere(argv)
  t.equal(code, 1)
  t.equal(stdout, '')
  t.match(stderr, /^no edge answers at 127\.0\.0\.1:\d+ \(ECONNREFUSED\): start it/)
})
