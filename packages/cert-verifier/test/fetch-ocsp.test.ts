import { spawnSync } from 'node:child_process'
import type { CertVerifierOptions } from '@mtls-edge/cert-verifier'
import {
  createPki,
  type Issued,
  issueCertificate,
  issueCrl,
  issueOcspResponse,
  type OcspAnswer,
  type OcspResponseOptions,
  ocspNoCheck,
} from '@mtls-edge/testkit'
import t from 'tap'
import { startOpensslResponder } from './ocsp-responder.ts'
import { type Handle, startRevocationServer, until } from './revocation-server.ts'
import { openConnection, REQUEST, readAnswer, startVerifierService } from './verifier-service.ts'

const { root } = createPki()
const second = 1000
const UNKNOWN = { status: 401, code: 'FST_CERT_VERIFIER_REVOCATION_UNKNOWN' }
const REVOKED = { status: 401, code: 'FST_CERT_VERIFIER_REVOKED' }
const PASSES = { status: 200, kind: 'ca-verified' }
const skip = spawnSync('openssl', ['version']).error ? 'openssl is not installed' : false

const fetching = (
  fetch: readonly ('crl' | 'ocsp')[] = ['ocsp'],
  mode: 'require' | 'prefer' = 'require',
): CertVerifierOptions => ({
  domain: 'auth.example.com',
  caSigned: {
    trustAnchors: [root.pem],
    revocation: { mode, fetch, fetchAllowHosts: ['127.0.0.1'] },
  },
})

const clientOf = (origin: string, more: Parameters<typeof issueCertificate>[0] = {}): Issued =>
  issueCertificate({
    issuer: root,
    authorityInformationAccess: { ocsp: [`${origin}/ocsp`] },
    ...more,
  })

t.test(
  'openssl as a responder: good, revoked, and a certificate that it does not know',
  { skip },
  async (t) => {
    // The certificates name a port that the responder is given afterwards: a server of ours stands between.
    const relay = await startRevocationServer(t)
    const [good, revoked, stranger] = [0, 1, 2].map(() => clientOf(relay.origin))
    if (!good || !revoked || !stranger) return
    const delegate = issueCertificate({
      subject: 'responder',
      issuer: root,
      extendedKeyUsage: ['OCSPSigning'],
      extraExtensions: [ocspNoCheck()],
    })
    const index = [
      { certificate: good, status: 'valid' },
      { certificate: revoked, status: 'revoked' },
    ] as const
    const cases = [
      ['the CA signs, with nextUpdate', undefined, ['-nmin', '5']],
      ['the CA signs, without nextUpdate', undefined, []],
      ['a delegate signs', delegate, ['-nmin', '5']],
      ['a delegate signs and is named by its key', delegate, ['-nmin', '5', '-resp_key_id']],
    ] as const
    for (const [name, signer, args] of cases) {
      const options = { folder: t.testdir({}), ca: root, index, args }
      const origin = await startOpensslResponder(t, signer ? { ...options, signer } : options)
      let nonces = 0
      relay.answers['/ocsp'] = (_request, response, body) => {
        if (body.includes(Buffer.from('06092b0601050507300102', 'hex'))) nonces += 1
        relayTo(origin, body).then(
          (answer) => response.end(answer),
          () => response.writeHead(502).end(),
        )
      }
      const service = await startVerifierService(t, [root], fetching())
      t.match(await service.ask(good), PASSES, name)
      t.match(await service.ask(revoked), REVOKED, name)
      t.match(await service.ask(stranger), UNKNOWN, name)
      t.equal(nonces, 4, 'a nonce each time; what is unknown by SHA-1 is asked by SHA-256')
    }
  },
)

async function relayTo(origin: string, body: Buffer): Promise<Buffer> {
  const headers = { 'content-type': 'application/ocsp-request' }
  const response = await fetch(origin, { method: 'POST', body: new Uint8Array(body), headers })
  return Buffer.from(await response.arrayBuffer())
}

t.test('an answer that is none leaves the status unknown', async (t) => {
  // The attack: whoever sits between the edge and the responder answers in its place.
  const server = await startRevocationServer(t)
  const other = issueCertificate({ issuer: root })
  const impostor = issueCertificate({ subject: { CN: 'Test Root' }, ca: true })
  const make =
    (more: Partial<OcspResponseOptions> = {}, statement: Partial<OcspAnswer> = {}) =>
    (certificate: Issued): Buffer =>
      issueOcspResponse({ responder: root, answers: [{ certificate, ...statement }], ...more })
  const hourAgo = new Date(Date.now() - 3600 * second)
  const cases: readonly (readonly [string, (certificate: Issued) => Buffer, object])[] = [
    ['good', make(), PASSES],
    ['revoked', make({}, { status: 'revoked' }), REVOKED],
    ['unknown', make({}, { status: 'unknown' }), UNKNOWN],
    ['tryLater', make({ responseStatus: 'tryLater' }), UNKNOWN],
    ['unauthorized', make({ responseStatus: 'unauthorized' }), UNKNOWN],
    ['internalError', make({ responseStatus: 'internalError' }), UNKNOWN],
    ['out of date', make({}, { nextUpdate: hourAgo }), UNKNOWN],
    ['about another certificate', make({}, { certificate: other }), UNKNOWN],
    ['another nonce', make({ nonce: Buffer.alloc(32) }), UNKNOWN],
    ['signed by somebody else', make({ signingKey: impostor }), UNKNOWN],
    ['no OCSP answer', () => Buffer.from('<html>'), UNKNOWN],
    ['nothing', () => Buffer.alloc(0), UNKNOWN],
    ['too large', () => Buffer.alloc(200_000), UNKNOWN],
  ]
  const service = await startVerifierService(t, [root], fetching())
  for (const [name, answer, expected] of cases) {
    const client = clientOf(server.origin)
    server.answers['/ocsp'] = answer(client)
    t.match(await service.ask(client), expected, name)
  }
})

t.test('a responder that knows SHA-256 alone is asked by it', async (t) => {
  const server = await startRevocationServer(t)
  const client = clientOf(server.origin)
  const sha1 = Buffer.from('06052b0e03021a', 'hex')
  server.answers['/ocsp'] = (_request, response, body) => {
    const answers = [{ certificate: client, hash: 'sha256' }] as const
    const responseStatus = body.includes(sha1) ? 'unauthorized' : 'successful'
    response.end(issueOcspResponse({ responder: root, answers, responseStatus }))
  }
  const service = await startVerifierService(t, [root], fetching())
  t.match(await service.ask(client), PASSES)
  t.same(server.asked, ['/ocsp', '/ocsp'])
})

t.test('the second kind is fetched only where the first leaves a status unknown', async (t) => {
  const server = await startRevocationServer(t)
  const client = clientOf(server.origin, { crlDistributionPoints: [`${server.origin}/crl`] })
  server.answers['/ocsp'] = issueOcspResponse({
    responder: root,
    answers: [{ certificate: client }],
  })
  server.answers['/crl'] = issueCrl({ issuer: root }).der
  const asked = async (fetch: readonly ('crl' | 'ocsp')[]): Promise<readonly string[]> => {
    server.asked.length = 0
    const service = await startVerifierService(t, [root], fetching(fetch))
    t.match(await service.ask(client), PASSES)
    return [...server.asked]
  }
  t.same(await asked(['ocsp', 'crl']), ['/ocsp'])
  t.same(await asked(['crl', 'ocsp']), ['/crl'])
  server.answers['/ocsp'] = issueOcspResponse({
    responder: root,
    answers: [],
    responseStatus: 'tryLater',
  })
  t.same(await asked(['ocsp', 'crl']), ['/ocsp', '/crl'])
})

t.test(
  'an answer is refreshed before it ends, and a revocation holds for the open connection',
  async (t) => {
    const server = await startRevocationServer(t)
    const client = clientOf(server.origin)
    let status: 'good' | 'revoked' = 'good'
    const answer: Handle = (_request, response) => {
      const nextUpdate = new Date(Math.ceil(Date.now() / second) * second + 3 * second)
      const answers = [{ certificate: client, status, nextUpdate, thisUpdate: new Date() }]
      response.end(issueOcspResponse({ responder: root, answers }))
    }
    server.answers['/ocsp'] = answer
    const service = await startVerifierService(t, [root], fetching())
    const connection = await openConnection(service.port, client)
    t.equal((await connection.request(REQUEST)).status, 200)
    await server.nextRequest('/ocsp')
    t.equal((await connection.request(REQUEST)).status, 200, 'refreshed, and still good')
    status = 'revoked'
    await server.nextRequest('/ocsp')
    const took = await until(async () => (await connection.request(REQUEST)).status === 401)
    t.ok(took < 2000, `refused after ${Math.round(took)} ms`)
    const { status: code, text } = await connection.request(REQUEST)
    t.match(readAnswer(code, text), REVOKED)
    connection.destroy()
  },
)
