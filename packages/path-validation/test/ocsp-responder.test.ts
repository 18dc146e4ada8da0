import { OcspError, readCertificate, readCrl } from '@mtls-edge/path-validation'
import { issueCertificate, issueCrl, issueOcspResponse, ocspNoCheck } from '@mtls-edge/testkit'
import t from 'tap'
import {
  answer,
  at,
  client,
  decide,
  delegateOf,
  intermediate,
  minute,
  root,
  rootCrl,
} from './ocsp-fixture.ts'

const critical = [{ oid: '1.2.3.4', critical: true, value: Buffer.of(5, 0) }]
const criticalNoCheck = { ...ocspNoCheck(), critical: true }
const nonce = { oid: '1.3.6.1.5.5.7.48.1.2', value: Buffer.of(4, 1, 7) }

t.test('only the CA itself and its delegates may answer', async (t) => {
  // The attack: whoever holds any certificate of the CA, or another CA's delegate, signs that its revoked certificate is good.
  const badDate = { notBefore: at(-10 * minute), notAfter: at(-minute) }
  const impostor = issueCertificate({ subject: { CN: 'Test Intermediate' }, ca: true })
  const cases: readonly (readonly [string, Buffer, string])[] = [
    ['a delegate', answer({}, { responder: delegateOf() }), 'good'],
    ['a delegate by key', answer({}, { responder: delegateOf(), responderId: 'key' }), 'good'],
    [
      'a delegate whose certificate is left out',
      answer({}, { responder: delegateOf(), certificates: [] }),
      'revocation_unknown',
    ],
    ['the client itself', answer({}, { responder: client }), 'revocation_unknown'],
    [
      'any extended key usage',
      answer({}, { responder: delegateOf({ extendedKeyUsage: ['anyExtendedKeyUsage'] }) }),
      'revocation_unknown',
    ],
    [
      'no extended key usage',
      answer({}, { responder: delegateOf({ extendedKeyUsage: null }) }),
      'revocation_unknown',
    ],
    [
      'a delegate that may not sign',
      answer({}, { responder: delegateOf({ keyUsage: ['keyEncipherment'] }) }),
      'revocation_unknown',
    ],
    [
      'a delegate of whose key nothing is said',
      answer({}, { responder: delegateOf({ keyUsage: null }) }),
      'good',
    ],
    [
      'a delegate that may sign, and more',
      answer({}, { responder: delegateOf({ keyUsage: ['digitalSignature', 'keyEncipherment'] }) }),
      'good',
    ],
    [
      "a delegate by the CA's key, in the name of another one",
      answer({}, { responder: delegateOf({ issuerName: 'elsewhere' }) }),
      'revocation_unknown',
    ],
    ['an expired delegate', answer({}, { responder: delegateOf(badDate) }), 'revocation_unknown'],
    [
      'a delegate of the root',
      answer({}, { responder: delegateOf({ issuer: root }) }),
      'revocation_unknown',
    ],
    ['the root', answer({}, { responder: root }), 'revocation_unknown'],
    [
      'a delegate that signed itself in the name of the CA',
      answer({}, { responder: delegateOf({ signingKey: impostor }) }),
      'revocation_unknown',
    ],
    [
      'a CA of the same name with another key',
      answer({}, { responder: impostor, certificates: [impostor] }),
      'revocation_unknown',
    ],
    [
      'a delegate of which something critical is not known',
      answer({}, { responder: delegateOf({ extraExtensions: [ocspNoCheck(), ...critical] }) }),
      'revocation_unknown',
    ],
    [
      'a delegate with nocheck, critical',
      answer({}, { responder: delegateOf({ extraExtensions: [criticalNoCheck] }) }),
      'good',
    ],
    [
      'a nonce that is critical',
      answer({}, { extraExtensions: [{ ...nonce, critical: true }] }),
      'good',
    ],
    [
      'a delegate with a weak key',
      answer({}, { responder: delegateOf({ key: 'rsa1024' }) }),
      'revocation_unknown',
    ],
    ['a forged signature', answer({}, { signingKey: client }), 'revocation_unknown'],
    ['a signature with SHA-1', answer({}, { signature: { hash: 'sha1' } }), 'revocation_unknown'],
    ['a damaged signature', answer({}, { flipSignatureBit: 300 }), 'revocation_unknown'],
    [
      'a critical extension that nobody knows',
      answer(
        {},
        {
          extraExtensions: critical,
        },
      ),
      'revocation_unknown',
    ],
    [
      'an extension that nobody needs to know',
      answer(
        {},
        {
          extraExtensions: [{ oid: '1.2.3.4', critical: false, value: Buffer.of(5, 0) }],
        },
      ),
      'good',
    ],
  ]
  for (const [name, response, expected] of cases) t.equal(decide([response]), expected, name)
})

t.test(
  'a root answers for what it has issued itself, and nobody answers for the root',
  async (t) => {
    const leaf = issueCertificate({ issuer: root })
    const response = issueOcspResponse({ answers: [{ certificate: leaf }], responder: root })
    const input = { leaf: readCertificate(leaf.der), pool: [] }
    t.equal(decide([response], { crls: [] }, input), 'good')
  },
)

t.test('each signature of an answer that is checked counts', async (t) => {
  const limited = (maxSignatureChecks: number) =>
    decide([answer()], {}, { limits: { maxSignatureChecks } })
  // The leaf's, its CA's, that of the root's list, and the answer's.
  t.equal(limited(4), 'good')
  t.equal(limited(3), 'budget_exceeded')
})

t.test('a delegate without nocheck has to be known as not revoked, by a CRL', async (t) => {
  const responder = delegateOf({ extraExtensions: [] })
  const response = answer({}, { responder })
  const revoked = readCrl(
    issueCrl({ issuer: intermediate, revoked: [{ serialNumber: responder }] }).der,
  )
  const users = { issuingDistributionPoint: { onlyContainsUserCerts: true } }
  const clean = readCrl(issueCrl({ issuer: intermediate, ...users }).der)
  t.equal(decide([response]), 'revocation_unknown', 'nobody knows')
  t.equal(decide([response], { mode: 'prefer' }), 'good', 'nobody knows, in mode prefer')
  t.equal(decide([response], { crls: [rootCrl, clean] }), 'good', 'its CA has not revoked it')
  // The CRL speaks of the client too: it is good by the list, and the delegate's word counts for nothing.
  const word = answer({ status: 'revoked' }, { responder })
  t.equal(decide([word], { crls: [rootCrl, revoked] }), 'good', 'a revoked delegate is not heard')
  const preferred = { mode: 'prefer', crls: [rootCrl, revoked] } as const
  t.equal(decide([word], preferred), 'good', 'nor is it in mode prefer')
  t.equal(decide([word], { crls: [rootCrl, clean] }), 'revoked', 'one in good standing is')
})

t.test('no damage to an answer makes it another one', async (t) => {
  // The attack: somebody on the way turns "revoked" into "good", or moves a good answer to another certificate.
  for (const status of ['revoked', 'good'] as const) {
    const response = answer({ status })
    const found = new Map<string, number>()
    for (let bit = 0; bit < response.length * 8; bit += 3) {
      const damaged = Buffer.from(response)
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const verdict = decideDamaged(damaged)
      found.set(verdict, (found.get(verdict) ?? 0) + 1)
    }
    t.same([...found.keys()].sort(), ['malformed', 'revocation_unknown'], status)
  }
})

function decideDamaged(der: Buffer): string {
  try {
    return decide([der])
  } catch (error) {
    if (error instanceof OcspError) return 'malformed'
    throw error
  }
}
