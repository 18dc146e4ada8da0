import { EventEmitter, once } from 'node:events'
import { createPki, type Issued, issueCertificate, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import {
  clientOf,
  fetching,
  list,
  nextNumber,
  PASSES,
  REVOKED,
  root,
  second,
  UNKNOWN,
} from './crl-stage.ts'
import { startRevocationServer } from './revocation-server.ts'
import { openConnection, REQUEST, startVerifierService } from './verifier-service.ts'

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

t.test('a distribution point without a place keeps nobody from the other ones', async (t) => {
  const server = await startRevocationServer(t, { '/root.crl': list() })
  const client = issueCertificate({
    issuer: root,
    crlDistributionPoints: [
      { crlIssuer: [{ directory: 'CN=elsewhere' }] },
      { relativeName: [{ type: 'CN', value: 'lists' }] },
      `${server.origin}/root.crl`,
    ],
  })
  const service = await startVerifierService(t, [root], fetching())
  t.match(await service.ask(client), PASSES)
})

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

t.test('a delta list is fetched with its base', async (t) => {
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/base.crl`)
  const base = nextNumber()
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

t.test('requests wait together, and nobody waits where the status is known', async (t) => {
  const server = await startRevocationServer(t)
  const gate = new EventEmitter()
  const released = once(gate, 'released')
  server.answers['/root.crl'] = (_request, response) => {
    released.then(() => response.end(list()))
  }
  const client = clientOf(`${server.origin}/root.crl`)
  // Whether the verifier gave its verdict before anything else had its turn.
  const turns: boolean[] = []
  const service = await startVerifierService(t, [root], fetching(), (app, isAfter) => {
    app.addHook('onRequest', (request, _reply, done) => {
      if (isAfter) turns.push(Reflect.get(request.raw, 'wasSynchronous') === true)
      else {
        Reflect.set(request.raw, 'wasSynchronous', true)
        queueMicrotask(() => Reflect.set(request.raw, 'wasSynchronous', false))
      }
      done()
    })
  })
  const [first, second] = await Promise.all([1, 2].map(() => openConnection(service.port, client)))
  if (!first || !second) return
  const asked = server.nextRequest('/root.crl')
  const answers = Promise.all([first.request(REQUEST + REQUEST), second.request(REQUEST)])
  await asked
  gate.emit('released')
  t.same(
    (await answers).map(({ status }) => status),
    [200, 200],
  )
  t.equal((await second.request(REQUEST)).status, 200)
  t.equal(server.asked.length, 1)
  t.equal(turns.at(-1), true, 'on a kept connection')
  t.match(await service.ask(client), PASSES)
  t.equal(turns.at(-1), true, 'on a new one')
  t.equal(turns[0], false)
  for (const connection of [first, second]) connection.destroy()
})
