import {
  OcspError,
  type PathInput,
  type RevocationInput,
  readCertificate,
  readCrl,
  readOcspResponse,
  validatePath,
} from '@mtls-edge/path-validation'
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

const pki = createPki()
const { root, intermediate } = pki
const client = pki.client()
const minute = 60_000
const now = Math.floor(Date.now() / 1000) * 1000
const at = (offset: number): Date => new Date(now + offset)

const delegateOf = (options: Parameters<typeof issueCertificate>[0] = {}): Issued =>
  issueCertificate({
    subject: 'responder',
    issuer: intermediate,
    extendedKeyUsage: ['OCSPSigning'],
    extraExtensions: [ocspNoCheck()],
    ...options,
  })

/** What the path's verdict is by these answers about the leaf; the intermediate is good by its CRL. */
function decide(
  responses: readonly Buffer[],
  more: Partial<RevocationInput> = {},
  input: Partial<PathInput> = {},
) {
  const read = (issued: Issued) => readCertificate(issued.der)
  const ocsp = responses.flatMap((der) => {
    const response = readOcspResponse(der)
    return response.status === 'successful' ? [response.answer] : []
  })
  const verdict = validatePath({
    leaf: read(client),
    pool: [read(intermediate)],
    intermediates: [],
    trustAnchors: [read(root)],
    at: new Date(now),
    purpose: 'clientAuth',
    revocation: { mode: 'require', crls: [rootCrl], ocsp, ...more },
    ...input,
  })
  return verdict.valid ? verdict.revocation : verdict.reason
}

const rootCrl = readCrl(issueCrl({ issuer: root }).der)
const answer = (
  ofLeaf: Partial<OcspAnswer> = {},
  options: Partial<OcspResponseOptions> = {},
): Buffer => {
  const answers = [{ certificate: client, ...ofLeaf }]
  return issueOcspResponse({ answers, responder: intermediate, ...options })
}

t.test('an answer is the status of the certificate it names, and of no other', async (t) => {
  const other = pki.client()
  const elsewhere = createPki()
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

t.test('a verdict ends with the answer that it rests on', async (t) => {
  const nextUpdate = at(20 * minute)
  const verdict = validatePath({
    leaf: readCertificate(client.der),
    pool: [readCertificate(intermediate.der)],
    intermediates: [],
    trustAnchors: [readCertificate(root.der)],
    at: new Date(now),
    purpose: 'clientAuth',
    revocation: {
      mode: 'require',
      crls: [rootCrl],
      ocsp: [readOcspResponse(answer({ nextUpdate }))].flatMap((one) =>
        one.status === 'successful' ? [one.answer] : [],
      ),
    },
  })
  t.match(verdict, { valid: true, notAfter: nextUpdate, unknownStatus: [] })
})

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
      'a delegate with a weak key',
      answer({}, { responder: delegateOf({ key: 'rsa1024' }) }),
      'revocation_unknown',
    ],
    ['a forged signature', answer({}, { signingKey: client }), 'revocation_unknown'],
    ['a damaged signature', answer({}, { flipSignatureBit: 300 }), 'revocation_unknown'],
    [
      'a critical extension that nobody knows',
      answer(
        {},
        {
          extraExtensions: [{ oid: '1.2.3.4', critical: true, value: Buffer.of(5, 0) }],
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
  t.equal(decide([word], { crls: [rootCrl, clean] }), 'revoked', 'one in good standing is')
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
