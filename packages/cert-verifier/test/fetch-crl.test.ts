import type { CertVerifierOptions } from '@mtls-edge/cert-verifier'
import {
  type CrlOptions,
  createPki,
  type Issued,
  issueCertificate,
  issueCrl,
} from '@mtls-edge/testkit'
import t from 'tap'
import { startRevocationServer, until } from './revocation-server.ts'
import { openConnection, REQUEST, readAnswer, startVerifierService } from './verifier-service.ts'

const { root } = createPki()
const second = 1000
const UNKNOWN = { status: 401, code: 'FST_CERT_VERIFIER_REVOCATION_UNKNOWN' }
const REVOKED = { status: 401, code: 'FST_CERT_VERIFIER_REVOKED' }
const PASSES = { status: 200, kind: 'ca-verified' }

const fetching = (
  mode: 'require' | 'prefer' | 'off' = 'require',
  more: Partial<NonNullable<CertVerifierOptions['caSigned']>['revocation']> = {},
): CertVerifierOptions => ({
  domain: 'auth.example.com',
  caSigned: {
    trustAnchors: [root.pem],
    revocation: { mode, fetch: ['crl'], fetchAllowHosts: ['127.0.0.1'], ...more },
  },
})

const clientOf = (...places: readonly string[]): Issued =>
  issueCertificate({
    issuer: root,
    crlDistributionPoints: [{ fullName: places.map((uri) => ({ uri })) }],
  })

let number = 0
const list = (revoked: readonly Issued[] = [], more: Partial<CrlOptions> = {}): Buffer =>
  issueCrl({
    issuer: root,
    crlNumber: ++number,
    revoked: revoked.map((one) => ({ serialNumber: one })),
    ...more,
  }).der

t.test('a CRL is fetched once for all, and decides', async (t) => {
  const server = await startRevocationServer(t)
  const good = clientOf(`${server.origin}/root.crl`)
  const bad = clientOf(`${server.origin}/root.crl`)
  server.answers['/root.crl'] = list([bad])
  const service = await startVerifierService(t, [root], fetching())
  const answers = await Promise.all([good, bad, good, bad, good].map((one) => service.ask(one)))
  for (const [index, answer] of answers.entries())
    t.match(answer, index % 2 === 0 ? PASSES : REVOKED)
  t.match(await service.ask(good), PASSES)
  t.same(server.asked, ['/root.crl'])
})

t.test('every mode, with a CRL that is there and one that is not', async (t) => {
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/a.crl`)
  const revoked = clientOf(`${server.origin}/a.crl`)
  server.answers['/a.crl'] = list([revoked])
  const lost = clientOf(`${server.origin}/b.crl`)
  const silent = issueCertificate({ issuer: root })
  const cases = [
    ['require', client, PASSES],
    ['require', revoked, REVOKED],
    ['require', lost, UNKNOWN],
    ['require', silent, UNKNOWN],
    ['prefer', client, PASSES],
    ['prefer', revoked, REVOKED],
    ['prefer', lost, PASSES],
    ['prefer', silent, PASSES],
    ['off', revoked, PASSES],
  ] as const
  for (const [mode, presented, expected] of cases) {
    const service = await startVerifierService(t, [root], fetching(mode))
    t.match(await service.ask(presented), expected, mode)
  }
})

t.test(
  'another place of the same list is tried, and places of other kinds are left out',
  async (t) => {
    const server = await startRevocationServer(t, { '/second.crl': list() })
    const { origin } = server
    const client = clientOf('ldap://127.0.0.1/cn=x', `${origin}/first.crl`, `${origin}/second.crl`)
    const service = await startVerifierService(t, [root], fetching())
    t.match(await service.ask(client), PASSES)
    t.same(server.asked, ['/first.crl', '/second.crl'])
  },
)

t.test('nothing is fetched where something else is wrong', async (t) => {
  // The attack: anybody can write any address into a certificate of their own. Only who has a verified path is listened to.
  const server = await startRevocationServer(t, { '/x.crl': list() })
  const crlDistributionPoints = [`${server.origin}/x.crl`]
  const stranger = createPki({ name: 'Stranger' })
  const impostor = issueCertificate({ subject: { CN: 'Test Root' }, ca: true })
  const yesterday = { notBefore: new Date(0), notAfter: new Date(Date.now() - 60 * second) }
  const denied = clientOf(...crlDistributionPoints)
  const cases: readonly (readonly [string, Issued, string])[] = [
    ['unknown issuer', stranger.client({ crlDistributionPoints }), 'UNTRUSTED_ISSUER'],
    [
      'forged signature',
      issueCertificate({ issuer: root, signingKey: impostor, crlDistributionPoints }),
      'BAD_SIGNATURE',
    ],
    ['expired', issueCertificate({ issuer: root, crlDistributionPoints, ...yesterday }), 'EXPIRED'],
    [
      'not for clients',
      issueCertificate({ issuer: root, crlDistributionPoints, extendedKeyUsage: ['serverAuth'] }),
      'WRONG_PURPOSE',
    ],
    [
      'self-signed',
      stranger.selfSignedClient({ crlDistributionPoints }),
      'SELF_SIGNED_NOT_ACCEPTED',
    ],
    ['denied', denied, 'DENIED'],
  ]
  const options = { ...fetching(), deny: { thumbprints: [denied.thumbprint] } }
  const service = await startVerifierService(t, [root], options)
  for (const [name, presented, reason] of cases) {
    const code = `FST_CERT_VERIFIER_${reason}`
    t.match(await service.ask(presented), { status: 401, code }, name)
  }
  t.same(server.asked, [])
})

t.test('what is revoked in a new list is refused on the open connection', async (t) => {
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/root.crl`)
  const nextUpdate = new Date(Math.ceil(Date.now() / second) * second + 3 * second)
  server.answers['/root.crl'] = list([], { nextUpdate })
  const service = await startVerifierService(t, [root], fetching())
  const connection = await openConnection(service.port, client)
  t.equal((await connection.request(REQUEST)).status, 200)
  server.answers['/root.crl'] = list([client], { nextUpdate: new Date(Date.now() + 3600 * second) })
  await server.nextRequest('/root.crl')
  const took = await until(async () => (await connection.request(REQUEST)).status === 401)
  t.ok(took < 2000, `refused ${Math.round(took)} ms after the new list was fetched`)
  const { status, text } = await connection.request(REQUEST)
  t.match(readAnswer(status, text), REVOKED)
  connection.destroy()
})

t.test('a list is kept across failed refreshes, and nothing worse takes its place', async (t) => {
  // The attack: whoever sits between the edge and the CA gives it an old list, a forged one, or none.
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/root.crl`)
  const other = clientOf(`${server.origin}/root.crl`)
  const impostor = issueCertificate({ subject: { CN: 'Test Root' }, ca: true })
  const old = list([])
  const nextUpdate = new Date(Math.ceil(Date.now() / second) * second + 4 * second)
  server.answers['/root.crl'] = list([client], { nextUpdate })
  const service = await startVerifierService(t, [root], fetching())
  t.match(await service.ask(client), REVOKED)
  const worse = [old, issueCrl({ issuer: root, signingKey: impostor, crlNumber: 1000 }).der]
  for (const answer of [...worse, Buffer.from('nothing'), Buffer.alloc(0)]) {
    server.answers['/root.crl'] = answer
    // Refreshes that fail are tried again after 1, 2, 4 s: the first two of these come about in the time of the list.
    if (worse.includes(answer)) await server.nextRequest('/root.crl')
    t.match(await service.ask(client), REVOKED)
    t.match(await service.ask(other), PASSES)
  }
})

t.test('a failure is no answer, and a dead server is asked again after a second', async (t) => {
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/root.crl`)
  server.answers['/root.crl'] = list()
  await server.stop()
  const service = await startVerifierService(t, [root], fetching())
  const connection = await openConnection(service.port, client)
  const ask = async () => {
    const { status, text } = await connection.request(REQUEST)
    return readAnswer(status, text)
  }
  t.match(await ask(), UNKNOWN)
  await server.restart()
  t.match(await ask(), UNKNOWN, 'not asked on every request')
  const took = await until(async () => (await ask()).status === 200)
  t.ok(took > 500 && took < 2500, `again after ${Math.round(took)} ms`)
  connection.destroy()
})

t.test('who prefers to know does not wait for what failed a moment ago', async (t) => {
  const server = await startRevocationServer(t, {
    '/slow.crl': () => {
      // It never answers.
    },
  })
  const client = clientOf(`${server.origin}/slow.crl`)
  const options = fetching('prefer', { fetchLimits: { timeout: 300 } })
  let ahead = 0
  const clock = (): number => Date.now() + ahead
  const service = await startVerifierService(t, [root], { ...options, clock })
  const timed = async (): Promise<number> => {
    const start = performance.now()
    t.match(await service.ask(client), PASSES)
    return performance.now() - start
  }
  t.ok((await timed()) >= 280, 'the first one waits for the time limit')
  ahead = 1100
  const asked = server.nextRequest('/slow.crl')
  t.ok((await timed()) < 250, 'a later one asks again, and does not wait')
  await asked
})

t.test('a list that has not changed is not sent again, and other options keep it', async (t) => {
  let full = 0
  const nextUpdate = new Date(Math.ceil(Date.now() / second) * second + 3 * second)
  const der = list([], { nextUpdate })
  const server = await startRevocationServer(t, {
    '/root.crl': (request, response) => {
      response.setHeader('etag', '"one"')
      if (request.headers['if-none-match'] === '"one"') return response.writeHead(304).end()
      full += 1
      return response.end(der)
    },
  })
  const client = clientOf(`${server.origin}/root.crl`)
  const service = await startVerifierService(t, [root], fetching())
  t.match(await service.ask(client), PASSES)
  await server.nextRequest('/root.crl')
  t.match(await service.ask(client), PASSES)
  service.app.certVerifier.replaceOptions({ ...fetching(), deny: {} })
  const asked = server.asked.length
  t.match(await service.ask(client), PASSES)
  t.equal(server.asked.length, asked)
  t.equal(full, 1)
})

t.test('a delta list is fetched with its base', async (t) => {
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/base.crl`)
  const base = ++number
  server.answers['/base.crl'] = issueCrl({
    issuer: root,
    crlNumber: base,
    freshestCrl: [`${server.origin}/delta.crl`],
  }).der
  server.answers['/delta.crl'] = list([client], { deltaOf: base })
  const service = await startVerifierService(t, [root], fetching())
  t.match(await service.ask(client), REVOKED)
  t.same(server.asked, ['/base.crl', '/delta.crl'])
})
