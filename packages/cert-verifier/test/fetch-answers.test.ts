import { createRevocationSource } from '@mtls-edge/cert-verifier'
import {
  type Issued,
  issueCertificate,
  issueOcspResponse,
  type OcspResponseOptions,
} from '@mtls-edge/testkit'
import t from 'tap'
import { questionOf, root, second } from './crl-stage.ts'
import { startRevocationServer } from './revocation-server.ts'

const clientOf = (...ocsp: readonly string[]): Issued =>
  issueCertificate({ issuer: root, authorityInformationAccess: { ocsp } })
const answerTo = (certificate: Issued, more: Partial<OcspResponseOptions> = {}): Buffer =>
  issueOcspResponse({ responder: root, answers: [{ certificate }], ...more })

function startSource(t: { teardown(fn: () => unknown): unknown }) {
  const time = { now: Date.now() }
  const clock = () => time.now
  const source = createRevocationSource({ fetch: ['ocsp'], allowHosts: ['127.0.0.1'], clock })
  t.teardown(() => source.close())
  return { source, time }
}

t.test('a forged answer does not take the place of a good one', async (t) => {
  // The attack: whoever sits between the edge and the responder waits until the edge asks again, and answers with what nobody who may
  // has signed. The client whose status was known would be refused.
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/ocsp`)
  const { leaf } = { leaf: questionOf(client) }
  const { source, time } = startSource(t)
  server.answers['/ocsp'] = answerTo(client)
  await source.fetchMissing(leaf, true)
  const [good] = source.answersFor(leaf.missing)
  t.ok(good)
  time.now += 7 * 86_400 * second
  const impostor = issueCertificate({ subject: { CN: 'Test Root' }, ca: true })
  const thisUpdate = new Date(time.now)
  const nextUpdate = new Date(time.now + 3600 * second)
  const answers = [{ certificate: client, thisUpdate, nextUpdate }]
  server.answers['/ocsp'] = answerTo(client, { signingKey: impostor, answers })
  await source.fetchMissing(leaf, true)
  t.same(source.answersFor(leaf.missing), [good])
  t.match(source.listFetched(), [{ failure: { reason: /nobody who may has signed it/ } }])
})

t.test('another responder is asked where the first has no answer, and only there', async (t) => {
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/first`, `${server.origin}/second`)
  server.answers['/first'] = answerTo(client)
  server.answers['/second'] = answerTo(client)
  const asked = async (): Promise<readonly string[]> => {
    server.asked.length = 0
    await startSource(t).source.fetchMissing(questionOf(client), true)
    return [...server.asked]
  }
  t.same(await asked(), ['/first'])
  server.answers['/first'] = answerTo(client, { responseStatus: 'tryLater' })
  t.same(await asked(), ['/first', '/second'])
})

t.test('tells why there is no answer', async (t) => {
  const server = await startRevocationServer(t)
  const client = clientOf(`${server.origin}/ocsp`)
  const cases = [
    [answerTo(client, { responseStatus: 'tryLater' }), 'the responder says tryLater'],
    [answerTo(client, { responseStatus: 'unauthorized' }), 'the responder says unauthorized'],
    [
      answerTo(client, { answers: [{ certificate: client, status: 'unknown' }] }),
      'the responder does not know the certificate',
    ],
    [Buffer.of(48, 0), /^it can not be read/],
  ] as const
  for (const [answer, reason] of cases) {
    server.answers['/ocsp'] = answer
    const { source } = startSource(t)
    await source.fetchMissing(questionOf(client), true)
    t.match(source.listFetched(), [{ failure: { reason } }])
  }
})
