import { readCrl } from '@mtls-edge/path-validation'
import {
  createPki,
  issueCertificate,
  issueCrl,
  issueOcspResponse,
  type OcspAnswer,
} from '@mtls-edge/testkit'
import t from 'tap'
import {
  answer,
  at,
  client,
  decide,
  intermediate,
  minute,
  pki,
  root,
  rootCrl,
  verdictBy,
} from './ocsp-fixture.ts'

t.test('an answer is the status of the certificate it names, and of no other', async (t) => {
  const other = pki.client()
  const elsewhere = createPki()
  const renamed = issueCertificate({ subject: 'renamed', ca: true, key: intermediate })
  const sameNumber = elsewhere.client({ serialNumber: client.serialNumber })
  const cases: readonly (readonly [string, readonly Buffer[], string])[] = [
    ['nothing', [], 'revocation_unknown'],
    ['good', [answer()], 'good'],
    ['good, by SHA-256', [answer({ hash: 'sha256' })], 'good'],
    ['good, the responder named by its key', [answer({}, { responderId: 'key' })], 'good'],
    ['revoked', [answer({ status: 'revoked' })], 'revoked'],
    ['revoked, by SHA-256', [answer({ status: 'revoked', hash: 'sha256' })], 'revoked'],
    ['unknown', [answer({ status: 'unknown' })], 'revocation_unknown'],
    ['unknown, and good from another one', [answer({ status: 'unknown' }), answer()], 'good'],
    ['revoked wins over good', [answer(), answer({ status: 'revoked' })], 'revoked'],
    ['another certificate', [answer({ certificate: other })], 'revocation_unknown'],
    ['another CA, the same number', [answer({ issuer: root })], 'revocation_unknown'],
    ['another CA of the same key', [answer({ issuer: renamed })], 'revocation_unknown'],
    [
      'another CA of the same name',
      [issueOcspResponse({ answers: [{ certificate: sameNumber }], responder: intermediate })],
      'revocation_unknown',
    ],
    [
      'the second statement of an answer',
      [
        issueOcspResponse({
          answers: [{ certificate: other }, { certificate: client, status: 'revoked' }],
          responder: intermediate,
        }),
      ],
      'revoked',
    ],
    ['tryLater', [answer({}, { responseStatus: 'tryLater' })], 'revocation_unknown'],
  ]
  for (const [name, responses, expected] of cases) t.equal(decide(responses), expected, name)
  t.equal(decide([answer({ status: 'unknown' })], { mode: 'prefer' }), 'unknown')
  t.equal(decide([answer({ status: 'revoked' })], { mode: 'prefer' }), 'revoked')
  t.equal(decide([answer({ status: 'revoked' })], { mode: 'off' }), 'off')
})

t.test('an answer counts for as long as it says', async (t) => {
  const cases: readonly (readonly [string, Partial<OcspAnswer>, number, string])[] = [
    ['its last second', { nextUpdate: at(0) }, 0, 'good'],
    ['a second later', { nextUpdate: at(-1000) }, 0, 'revocation_unknown'],
    ['within staleGrace', { nextUpdate: at(-minute) }, minute, 'good'],
    ['a clock that is ahead a little', { thisUpdate: at(4 * minute) }, 0, 'good'],
    ['a clock that is ahead by all that is allowed', { thisUpdate: at(5 * minute) }, 0, 'good'],
    ['from the future', { thisUpdate: at(6 * minute) }, 0, 'revocation_unknown'],
    ['no nextUpdate, made now', { nextUpdate: null, thisUpdate: at(-4 * minute) }, 0, 'good'],
    [
      'no nextUpdate, made long ago',
      { nextUpdate: null, thisUpdate: at(-6 * minute) },
      0,
      'revocation_unknown',
    ],
    [
      'a revocation that is stale',
      { status: 'revoked', nextUpdate: at(-1000) },
      0,
      'revocation_unknown',
    ],
  ]
  for (const [name, statement, staleGrace, expected] of cases)
    t.equal(decide([answer(statement)], { staleGrace }), expected, name)
  const future = answer({}, { producedAt: at(10 * minute) })
  t.equal(decide([future]), 'revocation_unknown', 'produced in the future')
})

t.test('a verdict ends with the last of the answers that it rests on', async (t) => {
  const nextUpdate = at(20 * minute)
  const longest = answer({ nextUpdate })
  const shorter = answer({ nextUpdate: at(10 * minute) })
  for (const responses of [[longest], [longest, shorter], [shorter, longest]]) {
    const verdict = verdictBy(responses)
    t.match(verdict, { valid: true, unknownStatus: [] })
    t.same(verdict.valid && verdict.notAfter, nextUpdate)
  }
})

t.test('a verdict ends with the first of a list and an answer', async (t) => {
  const [early, late] = [at(10 * minute), at(20 * minute)]
  const ends = [
    [early, late],
    [late, early],
  ] as const
  for (const [ofList, ofAnswer] of ends) {
    const crl = readCrl(issueCrl({ issuer: intermediate, nextUpdate: ofList }).der)
    const verdict = verdictBy([answer({ nextUpdate: ofAnswer })], { crls: [rootCrl, crl] })
    t.same(verdict.valid && verdict.notAfter, early)
  }
})

t.test('says of the lists and of the answers why the status is unknown', async (t) => {
  const stale = verdictBy([answer({ nextUpdate: at(-minute) })])
  t.match(stale, { detail: /the OCSP answer from .*: it is stale; no CRL speaks of it$/ })
  const elsewhere = verdictBy([answer({ certificate: pki.client() })])
  t.match(elsewhere, { detail: /"\S* \(\w{8}\): no CRL speaks of it$/ })
})

t.test('CRL and answer together: either may say good, and revoked wins', async (t) => {
  const good = readCrl(issueCrl({ issuer: intermediate }).der)
  const bad = readCrl(issueCrl({ issuer: intermediate, revoked: [{ serialNumber: client }] }).der)
  const cases = [
    [good, answer(), 'good'],
    [good, answer({ status: 'revoked' }), 'revoked'],
    [good, answer({ status: 'unknown' }), 'good'],
    [good, answer({ nextUpdate: at(-minute) }), 'good'],
    [bad, answer(), 'revoked'],
    [bad, answer({ status: 'unknown' }), 'revoked'],
  ] as const
  for (const [crl, response, expected] of cases)
    t.equal(decide([response], { crls: [rootCrl, crl] }), expected)
})
