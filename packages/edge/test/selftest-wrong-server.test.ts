import type { ServerOptions } from 'node:https'
import {
  answerJson,
  createPki,
  type Issued,
  startRecordingUpstream,
  type UpstreamHandler,
} from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { ALIAS, CUSTOM, type Domain, servers, writeStageFiles } from './edge-stage.ts'
import { listOutcome, readSelftest, startEmptyResolver } from './selftest-stage.ts'

const DAY = 86_400_000
/** What no selftest may let pass: a Node server that takes whatever OpenSSL still can. */
const LAX: ServerOptions = {
  minVersion: 'TLSv1',
  ciphers: 'ALL:@SECLEVEL=0',
  requestCert: true,
  rejectUnauthorized: false,
}

/** Faults of every plain Node server: it has a default host, and lets clients renegotiate. */
const PLAIN = [
  'refuses-unknown-sni',
  'refuses-missing-sni',
  `no-renegotiation@${CUSTOM}`,
  `no-renegotiation@${ALIAS}`,
] as const

interface WrongServer {
  readonly certificate?: Issued
  readonly server?: ServerOptions
  readonly handler?: UpstreamHandler
}

/** What fails where this server stands in the edge's place. */
async function runAgainst(t: Test, wrong: WrongServer, change?: (domain: Domain) => object) {
  const stands = await startRecordingUpstream({
    certificate: wrong.certificate ?? servers.server([CUSTOM, ALIAS]),
    ...(wrong.server && { server: wrong.server }),
    handler:
      wrong.handler ?? answerJson({}, 200, { 'strict-transport-security': 'max-age=31536000' }),
  })
  t.teardown(() => stands.close())
  const { file } = await writeStageFiles(t, change)
  const resolver = await startEmptyResolver(t)
  return readSelftest(t, { file, port: stands.port, resolver })
}

t.test('a server that is wrong in everything fails exactly what it is wrong in', async (t) => {
  const { code, report } = await runAgainst(t, {
    certificate: servers.server('other.example.com', {
      notBefore: new Date(Date.now() - 9 * DAY),
      notAfter: new Date(Date.now() - DAY),
    }),
    server: LAX,
    handler: answerJson({ error: 'forbidden' }, 403),
  })
  t.equal(code, 1)
  t.equal(report.ok, false)
  const ofEachHost = (host: string) => [
    `refuses-tls-1.0@${host}`,
    `refuses-tls-1.1@${host}`,
    `refuses-foreign-suites@${host}`,
    `no-renegotiation@${host}`,
    ...(host === CUSTOM ? [`client-certificate-not-asked@${host}`] : []),
    `server-certificate-name@${host}`,
    `server-certificate-days@${host}`,
    ...(host === CUSTOM ? [`hsts@${host}`] : []),
  ]
  t.same(listOutcome(report, 'fail'), [
    'refuses-unknown-sni',
    'refuses-missing-sni',
    ...ofEachHost(CUSTOM),
    ...ofEachHost(ALIAS),
    'api-key',
  ])
  for (const { outcome, mend, id } of report.results)
    if (outcome === 'fail') t.match(mend, /\w/, `${id} has a mend`)
  const suites = report.results.find(({ id }) => id === 'refuses-foreign-suites')
  t.match(suites?.seen, /TLS_\w+.* and \d+ more/, 'names what it takes')
})

const strangers = createPki({ name: 'Strangers' })

const variations: readonly {
  readonly what: string
  readonly wrong: WrongServer
  readonly change?: (domain: Domain) => object
  /** Beside what every plain server is wrong in. */
  readonly fails: readonly string[]
  readonly unknown?: readonly string[]
}[] = [
  {
    what: 'asks for no certificate on the alias',
    wrong: {},
    fails: [`client-certificate-asked@${ALIAS}`],
  },
  {
    what: 'knows no TLS 1.3',
    wrong: { server: { requestCert: true, rejectUnauthorized: false, maxVersion: 'TLSv1.2' } },
    fails: [
      `prefers-tls-1.3@${CUSTOM}`,
      `accepts-own-suites@${CUSTOM}`,
      `client-certificate-not-asked@${CUSTOM}`,
      `prefers-tls-1.3@${ALIAS}`,
      `accepts-own-suites@${ALIAS}`,
    ],
  },
  {
    what: 'has a certificate of an authority that nobody knows',
    wrong: { certificate: strangers.server([CUSTOM, ALIAS]) },
    fails: [
      `server-certificate-chain@${CUSTOM}`,
      `client-certificate-asked@${ALIAS}`,
      `server-certificate-chain@${ALIAS}`,
    ],
  },
  {
    what: 'has a certificate for the custom domain alone',
    wrong: { certificate: servers.server(CUSTOM) },
    fails: [`client-certificate-asked@${ALIAS}`, `server-certificate-name@${ALIAS}`],
  },
  {
    what: 'answers with an error that says nothing of the key',
    wrong: { handler: answerJson({}, 502, { 'strict-transport-security': 'max-age=31536000' }) },
    fails: [`client-certificate-asked@${ALIAS}`],
    unknown: ['api-key'],
  },
  {
    what: 'takes Strict-Transport-Security back',
    wrong: { handler: answerJson({}, 200, { 'strict-transport-security': 'max-age=0' }) },
    fails: [`hsts@${CUSTOM}`, `client-certificate-asked@${ALIAS}`],
  },
]

/** Some suites of a plain server's default list are none of the profile. */
const SUITES = [`refuses-foreign-suites@${CUSTOM}`, `refuses-foreign-suites@${ALIAS}`]

for (const { what, wrong, change, fails, unknown = [] } of variations) {
  t.test(`a server that ${what} fails just that`, async (t) => {
    const { code, report } = await runAgainst(t, wrong, change)
    t.equal(code, 1)
    t.same(listOutcome(report, 'fail').toSorted(), [...PLAIN, ...SUITES, ...fails].toSorted())
    t.same(listOutcome(report, 'unknown'), unknown)
  })
}

const targets: readonly {
  readonly what: string
  readonly change: (domain: Domain) => object
  readonly seen: RegExp
  readonly mend: RegExp
}[] = [
  {
    what: 'that nobody listens at',
    change: ({ auth0 }) => ({ ...auth0, forwardingTarget: 'https://localhost:1' }),
    seen: /^https:\/\/localhost:1: ECONNREFUSED$/,
    mend: /way out/,
  },
  {
    what: 'that is not trusted',
    change: ({ auth0 }) => ({ ...auth0, caFile: 'clients-root.pem' }),
    seen: /UNABLE_TO_VERIFY_LEAF_SIGNATURE$/,
    mend: /caFile/,
  },
  {
    what: 'whose certificate is for another name',
    change: ({ auth0 }) => ({
      ...auth0,
      forwardingTarget: auth0.forwardingTarget.replace('localhost', '127.0.0.1'),
    }),
    seen: /ERR_TLS_CERT_ALTNAME_INVALID$/,
    mend: /caFile/,
  },
]

for (const { what, change, seen, mend } of targets) {
  t.test(`a forwarding target ${what} fails`, async (t) => {
    const { report } = await runAgainst(t, {}, (domain) => ({
      ...domain,
      auth0: change(domain),
    }))
    const target = report.results.find(({ id }) => id === 'forwarding-target')
    t.equal(target?.outcome, 'fail')
    t.match(target?.seen, seen)
    t.match(target?.mend, mend)
  })
}
