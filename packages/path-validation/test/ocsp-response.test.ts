import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  createOcspRequest,
  isForNonce,
  OcspError,
  readCertificate,
  readOcspResponse,
} from '@mtls-edge/path-validation'
import { createPki, der, issueOcspResponse, type OcspResponseOptions } from '@mtls-edge/testkit'
import t from 'tap'

const pki = createPki()
const client = pki.client()
const certificate = readCertificate(client.der)
const issuer = readCertificate(pki.intermediate.der)
const issue = (more: Partial<OcspResponseOptions> = {}): Buffer =>
  issueOcspResponse({ answers: [{ certificate: client }], responder: pki.intermediate, ...more })
const answerOf = (bytes: Uint8Array) => {
  const response = readOcspResponse(bytes)
  if (response.status !== 'successful') throw new Error(response.status)
  return response.answer
}

t.test('reads what a responder says', async (t) => {
  const thisUpdate = new Date('2027-01-01T00:00:00Z')
  const nextUpdate = new Date('2027-01-02T00:00:00Z')
  const revokedAt = new Date('2026-12-31T00:00:00Z')
  const producedAt = new Date('2027-01-01T00:00:05Z')
  const answers = [
    { certificate: client, thisUpdate, nextUpdate, hash: 'sha256' },
    { certificate: client, status: 'revoked', reason: 'keyCompromise', revokedAt, thisUpdate },
    { certificate: client, status: 'unknown', nextUpdate: null },
  ] as const
  const nonce = randomBytes(32)
  const answer = answerOf(issue({ answers, nonce, producedAt, responderId: 'key' }))
  t.match(answer, {
    producedAt,
    responder: { type: 'key' },
    statements: [
      { status: { type: 'good' }, thisUpdate, nextUpdate, certificateId: { hash: 'sha256' } },
      { status: { type: 'revoked', revocationDate: revokedAt, reason: 'keyCompromise' } },
      { status: { type: 'unknown' }, nextUpdate: null, certificateId: { hash: 'sha1' } },
    ],
  })
  t.equal(answer.statements[0]?.certificateId.serialNumber, certificate.serialNumber)
  t.ok(isForNonce(answer, nonce))
  t.notOk(isForNonce(answer, randomBytes(32)), 'the answer to the request of somebody else')
  t.ok(isForNonce(answerOf(issue()), nonce), 'an answer that was signed ahead of time')
})

t.test('a responder that has no answer says why', async (t) => {
  const statuses = [
    'malformedRequest',
    'internalError',
    'tryLater',
    'sigRequired',
    'unauthorized',
  ] as const
  for (const status of statuses)
    t.same(readOcspResponse(issue({ responseStatus: status })), { status })
})

/** A response that writes its version, which DER leaves out where it is the first one. */
const withVersion = (version: number): Buffer =>
  remade((fields) => [der.context(0, der.integer(version)), ...fields])

/** A response that was made at this time. */
const withTime = (time: Uint8Array): Buffer =>
  remade(([responder = Buffer.alloc(0), , ...rest]) => [responder, time, ...rest])

/** A response whose data has other fields. */
function remade(change: (fields: readonly Uint8Array[]) => readonly Uint8Array[]): Buffer {
  const [status = Buffer.alloc(0), bytes = Buffer.alloc(0)] = der.elementsOf(issue())
  const [type = Buffer.alloc(0), basic = Buffer.alloc(0)] = der.elementsOf(der.contentOf(bytes))
  const [data = Buffer.alloc(0), ...signature] = der.elementsOf(der.contentOf(basic))
  const signed = der.sequence(der.sequence(...change(der.elementsOf(data))), ...signature)
  return der.sequence(status, der.context(0, der.sequence(type, der.octetString(signed))))
}

t.test('reads the version where a responder writes it', async (t) => {
  t.equal(answerOf(withVersion(0)).statements.length, 1)
})

t.test('what is not an OCSP response is told as such, whatever byte is wrong', async (t) => {
  const good = issue({ nonce: randomBytes(16) })
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['nothing', Buffer.alloc(0)],
    ['a certificate', client.der],
    ['bytes behind it', Buffer.concat([good, Buffer.of(0)])],
    ['a status that does not exist', Buffer.from('30030a0104', 'hex')],
    ['success without an answer', Buffer.from('30030a0100', 'hex')],
    ['another version', withVersion(1)],
    ['a time of two digits for the year', withTime(der.utcTimeOfText('300101000000Z'))],
    ['an empty nonce', issue({ nonce: Buffer.alloc(0) })],
    ['a nonce of 129 bytes', issue({ nonce: Buffer.alloc(129) })],
    ['many certificates', issue({ certificates: Array.from({ length: 9 }, () => client) })],
    ['a certificate that is none', issue({ certificates: [{ ...client, der: Buffer.of(48, 0) }] })],
    ['no statement', issue({ answers: [], certificates: [] })],
    ...Array.from(
      { length: good.length },
      (_, n) => [`cut off at ${n}`, good.subarray(0, n)] as const,
    ),
  ]
  for (const [name, bytes] of cases) t.throws(() => readOcspResponse(bytes), OcspError, name)
  let read = 0
  for (let at = 0; at < good.length; at++) {
    const damaged = Buffer.from(good)
    damaged[at] = (damaged[at] ?? 0) ^ 0x20
    try {
      readOcspResponse(damaged)
      read += 1
    } catch (error) {
      if (!(error instanceof OcspError)) throw error
    }
  }
  t.ok(read < good.length, 'some damage is only seen by the signature')
})

const skip = spawnSync('openssl', ['version']).error ? 'openssl is not installed' : false

t.test('openssl reads what is asked', { skip }, async (t) => {
  const file = join(t.testdir({}), 'request.der')
  for (const hash of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
    const nonce = randomBytes(32)
    writeFileSync(file, createOcspRequest({ certificate, issuer, hash, nonce }))
    const { stdout } = spawnSync('openssl', ['ocsp', '-reqin', file, '-req_text'])
    const text = stdout.toString()
    t.match(text, new RegExp(`Hash Algorithm: ${hash}`))
    t.match(text, new RegExp(`Serial Number: ${certificate.serialNumber}`, 'i'))
    t.match(text.replaceAll(/\s/g, '').toLowerCase(), 'ocspnonce')
  }
  writeFileSync(file, createOcspRequest({ certificate, issuer, hash: 'sha1', nonce: null }))
  const { stdout } = spawnSync('openssl', ['ocsp', '-reqin', file, '-req_text'])
  t.notMatch(stdout.toString(), /nonce/i)
})
