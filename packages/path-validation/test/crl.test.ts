import {
  type Crl,
  CrlError,
  type RevocationInput,
  readCertificate,
  readCrl,
  validatePath,
} from '@mtls-edge/path-validation'
import {
  type CertificateOptions,
  type CrlOptions,
  type Issued,
  issueCertificate,
  issueCrl,
  type RevokedEntry,
} from '@mtls-edge/testkit'
import t from 'tap'

const HOUR = 3_600_000
const now = new Date()
const hours = (n: number): Date => new Date(now.getTime() + n * HOUR)

const root = issueCertificate({ subject: 'root', ca: true })
const ca = issueCertificate({ subject: 'ca', ca: true, issuer: root })
const plain = issueCertificate({ issuer: ca })
const rootCrl = issueCrl({ issuer: root }).der

type Options = Partial<CrlOptions>
const crl = (options: Options = {}): Uint8Array => issueCrl({ issuer: ca, ...options }).der

interface Case {
  readonly leaf?: CertificateOptions
  /** The CRLs, made for the leaf. */
  readonly crls: (leaf: Issued) => readonly Uint8Array[]
  readonly pool?: readonly Issued[]
  readonly revocation?: Partial<RevocationInput>
}

function decide({ leaf: options, crls, pool = [], revocation }: Case) {
  const leaf = options === undefined ? plain : issueCertificate({ issuer: ca, ...options })
  return validatePath({
    leaf: readCertificate(leaf.der),
    pool: [ca, ...pool].map(({ der }) => readCertificate(der)),
    intermediates: [],
    trustAnchors: [readCertificate(root.der)],
    at: now,
    purpose: 'clientAuth',
    revocation: { mode: 'require', crls: [rootCrl, ...crls(leaf)].map(readCrl), ...revocation },
  })
}

const told = (one: Case): string => {
  const verdict = decide(one)
  return verdict.valid ? verdict.revocation : verdict.reason
}

const entry = (leaf: Issued, more: Partial<RevokedEntry> = {}): RevokedEntry => ({
  serialNumber: leaf,
  ...more,
})
const place = (uri: string) => ({ fullName: [{ uri }] })
const at = (uri: string): CertificateOptions => ({ crlDistributionPoints: [uri] })
const unknown = (critical: boolean) => [{ oid: '1.2.3', critical, value: Buffer.of(5, 0) }]
const signer = issueCertificate({
  subject: 'ca',
  issuer: ca,
  keyUsage: ['cRLSign'],
  extendedKeyUsage: null,
})
const notSigner = issueCertificate({ subject: 'ca', issuer: ca, extendedKeyUsage: null })
const impostor = issueCertificate({ subject: 'ca', ca: true })
const helper = issueCertificate({
  subject: 'crl helper',
  issuer: root,
  keyUsage: ['cRLSign'],
  extendedKeyUsage: null,
})
const indirect: CertificateOptions = {
  crlDistributionPoints: [{ ...place('http://x/i'), crlIssuer: [{ directory: 'crl helper' }] }],
}
const ofCa = { certificateIssuer: [{ directory: 'ca' }] }
const byHelper = (options: Options) =>
  crl({
    issuer: helper,
    issuingDistributionPoint: { ...place('http://x/i'), indirectCrl: true },
    ...options,
  })

const CASES: readonly (readonly [title: string, one: Case, verdict: string])[] = [
  ['a list without it', { crls: () => [crl()] }, 'good'],
  [
    'a list with another serial number',
    { crls: () => [crl({ revoked: [{ serialNumber: 7 }] })] },
    'good',
  ],
  ['a list with it', { crls: (leaf) => [crl({ revoked: [entry(leaf)] })] }, 'revoked'],
  [
    'a list with it among many',
    { crls: (leaf) => [crl({ revoked: [entry(leaf, { reason: 'keyCompromise' })], bulk: 5000 })] },
    'revoked',
  ],
  ['no list', { crls: () => [] }, 'revocation_unknown'],
  [
    'no list, where one is only preferred',
    { crls: () => [], revocation: { mode: 'prefer' } },
    'unknown',
  ],
  [
    'a list with it, where one is only preferred',
    { crls: (leaf) => [crl({ revoked: [entry(leaf)] })], revocation: { mode: 'prefer' } },
    'revoked',
  ],
  [
    'a list with it, where nobody looks',
    { crls: (leaf) => [crl({ revoked: [entry(leaf)] })], revocation: { mode: 'off' } },
    'off',
  ],
  ['a stale list', { crls: () => [crl({ nextUpdate: hours(-1) })] }, 'revocation_unknown'],
  [
    'a stale list within the grace',
    { crls: () => [crl({ nextUpdate: hours(-1) })], revocation: { staleGrace: 2 * HOUR } },
    'good',
  ],
  [
    'a stale list beyond the grace',
    {
      crls: () => [crl({ thisUpdate: hours(-5), nextUpdate: hours(-3) })],
      revocation: { staleGrace: 2 * HOUR },
    },
    'revocation_unknown',
  ],
  ['a list of tomorrow', { crls: () => [crl({ thisUpdate: hours(20) })] }, 'revocation_unknown'],
  ['a list without nextUpdate', { crls: () => [crl({ nextUpdate: null })] }, 'revocation_unknown'],
  [
    'a newer list that takes the revocation back',
    {
      crls: (leaf) => [
        crl({ revoked: [entry(leaf)], thisUpdate: hours(-3) }),
        crl({ crlNumber: 2 }),
      ],
    },
    'good',
  ],
  [
    'a newer list that revokes',
    {
      crls: (leaf) => [
        crl({ thisUpdate: hours(-3) }),
        crl({ revoked: [entry(leaf)], crlNumber: 2 }),
      ],
    },
    'revoked',
  ],
  [
    'a newer list of which the signature is off',
    {
      crls: (leaf) => [
        crl({ revoked: [entry(leaf)], thisUpdate: hours(-3) }),
        crl({ flipSignatureBit: 9 }),
      ],
    },
    'revoked',
  ],
  ['a signature that is off', { crls: () => [crl({ flipSignatureBit: 9 })] }, 'revocation_unknown'],
  [
    "an impostor's list",
    { crls: () => [crl({ issuer: impostor })], pool: [impostor] },
    'revocation_unknown',
  ],
  [
    'a list signed with SHA-1',
    { crls: () => [crl({ signature: { hash: 'sha1' } })] },
    'revocation_unknown',
  ],
  ["another CA's list", { crls: () => [crl({ issuer: root })] }, 'revocation_unknown'],
  [
    'a list by a key of its own',
    {
      crls: () => [
        crl({ issuer: signer }),
        crl({ issuingDistributionPoint: { onlyContainsCaCerts: true } }),
      ],
      pool: [signer],
    },
    'revocation_unknown',
  ],
  [
    'a list by a key of its own, which is not revoked',
    {
      leaf: at('http://x/1'),
      crls: () => [crl({ issuer: signer, issuingDistributionPoint: place('http://x/1') }), crl()],
      pool: [signer],
    },
    'good',
  ],
  [
    'a list by a key that may not sign lists',
    { crls: () => [crl({ issuer: notSigner })], pool: [notSigner] },
    'revocation_unknown',
  ],
  [
    'a list by a key of its own that is revoked',
    {
      leaf: at('http://x/1'),
      crls: () => [
        crl({ issuer: signer, issuingDistributionPoint: place('http://x/1') }),
        crl({ revoked: [entry(signer)], issuingDistributionPoint: place('http://x/2') }),
      ],
      pool: [signer],
    },
    'revocation_unknown',
  ],
  [
    'an unknown critical extension of the list',
    { crls: () => [crl({ extraExtensions: unknown(true) })] },
    'revocation_unknown',
  ],
  [
    'an unknown extension of the list',
    { crls: () => [crl({ extraExtensions: unknown(false) })] },
    'good',
  ],
  [
    'an unknown critical extension of any entry',
    { crls: () => [crl({ revoked: [{ serialNumber: 7, extraExtensions: unknown(true) }] })] },
    'revocation_unknown',
  ],
  [
    'a list for users alone',
    { crls: () => [crl({ issuingDistributionPoint: { onlyContainsUserCerts: true } })] },
    'good',
  ],
  [
    'a list for CAs alone',
    { crls: () => [crl({ issuingDistributionPoint: { onlyContainsCaCerts: true } })] },
    'revocation_unknown',
  ],
  [
    'a list for attribute certificates',
    { crls: () => [crl({ issuingDistributionPoint: { onlyContainsAttributeCerts: true } })] },
    'revocation_unknown',
  ],
  [
    'the list of its distribution point',
    {
      leaf: at('http://x/1'),
      crls: () => [crl({ issuingDistributionPoint: place('http://x/1') })],
    },
    'good',
  ],
  [
    'the list of another distribution point',
    {
      leaf: at('http://x/1'),
      crls: () => [crl({ issuingDistributionPoint: place('http://x/2') })],
    },
    'revocation_unknown',
  ],
  [
    'a list for everything, where there is a distribution point',
    { leaf: at('http://x/1'), crls: () => [crl()] },
    'good',
  ],
  [
    'a distribution point below the issuer',
    {
      leaf: { crlDistributionPoints: [{ relativeName: [{ type: 'OU', value: 'one' }] }] },
      crls: () => [
        crl({ issuingDistributionPoint: { fullName: [{ directory: 'OU=one,CN=ca' }] } }),
      ],
    },
    'good',
  ],
  [
    'some reasons alone',
    { crls: () => [crl({ issuingDistributionPoint: { onlySomeReasons: ['keyCompromise'] } })] },
    'revocation_unknown',
  ],
  [
    'some reasons, and the others',
    {
      crls: () => [
        crl({ issuingDistributionPoint: { onlySomeReasons: ['keyCompromise'] } }),
        crl({
          issuingDistributionPoint: {
            onlySomeReasons: [
              'cACompromise',
              'affiliationChanged',
              'superseded',
              'cessationOfOperation',
              'certificateHold',
              'privilegeWithdrawn',
              'aACompromise',
            ],
          },
        }),
      ],
    },
    'good',
  ],
  [
    'a delta that revokes',
    { crls: (leaf) => [crl(), crl({ crlNumber: 2, deltaOf: 1, revoked: [entry(leaf)] })] },
    'revoked',
  ],
  [
    'a delta that takes a hold back',
    {
      crls: (leaf) => [
        crl({ revoked: [entry(leaf, { reason: 'certificateHold' })] }),
        crl({ crlNumber: 2, deltaOf: 1, revoked: [entry(leaf, { reason: 'removeFromCRL' })] }),
      ],
    },
    'good',
  ],
  ['a delta alone', { crls: () => [crl({ crlNumber: 2, deltaOf: 1 })] }, 'revocation_unknown'],
  [
    'a delta to a later base',
    { crls: (leaf) => [crl(), crl({ crlNumber: 9, deltaOf: 8, revoked: [entry(leaf)] })] },
    'good',
  ],
  [
    'a delta older than the base',
    {
      crls: (leaf) => [
        crl({ crlNumber: 5 }),
        crl({ crlNumber: 3, deltaOf: 1, revoked: [entry(leaf)] }),
      ],
    },
    'good',
  ],
  [
    'a stale delta',
    {
      crls: (leaf) => [
        crl(),
        crl({ crlNumber: 2, deltaOf: 1, nextUpdate: hours(-1), revoked: [entry(leaf)] }),
      ],
    },
    'good',
  ],
  [
    'a delta of another scope',
    {
      crls: (leaf) => [
        crl(),
        crl({
          crlNumber: 2,
          deltaOf: 1,
          revoked: [entry(leaf)],
          issuingDistributionPoint: { onlyContainsUserCerts: true },
        }),
      ],
    },
    'good',
  ],
  [
    'a delta of which the signature is off',
    {
      crls: (leaf) => [
        crl(),
        crl({ crlNumber: 2, deltaOf: 1, revoked: [entry(leaf)], flipSignatureBit: 9 }),
      ],
    },
    'good',
  ],
  [
    'an indirect list without it',
    { leaf: indirect, crls: () => [byHelper({})], pool: [helper] },
    'good',
  ],
  [
    'an indirect list with it',
    {
      leaf: indirect,
      crls: (leaf) => [byHelper({ revoked: [entry(leaf, ofCa)] })],
      pool: [helper],
    },
    'revoked',
  ],
  [
    'an indirect list with it, by the issuer of the entry before',
    {
      leaf: indirect,
      crls: (leaf) => [byHelper({ revoked: [{ serialNumber: 7, ...ofCa }, entry(leaf)] })],
      pool: [helper],
    },
    'revoked',
  ],
  [
    "an indirect list with its serial number, of the list's own issuer",
    { leaf: indirect, crls: (leaf) => [byHelper({ revoked: [entry(leaf)] })], pool: [helper] },
    'good',
  ],
  [
    'an indirect list that does not say so',
    {
      leaf: indirect,
      crls: () => [byHelper({ issuingDistributionPoint: place('http://x/i') })],
      pool: [helper],
    },
    'revocation_unknown',
  ],
  [
    'an indirect list that the leaf does not name',
    { crls: () => [byHelper({})], pool: [helper] },
    'revocation_unknown',
  ],
  [
    'an indirect list whose signer nobody brought',
    { leaf: indirect, crls: () => [byHelper({})] },
    'revocation_unknown',
  ],
]

t.test('decides revocation by CRLs of every shape', async (t) => {
  for (const [title, one, verdict] of CASES) t.equal(told(one), verdict, title)
})

t.test('refuses what a revoked CA issued', async (t) => {
  const revoking = issueCrl({ issuer: root, revoked: [entry(ca)], crlNumber: 2 }).der
  // Made in the same second, or a second later: the greater number is the newer list.
  t.equal(told({ crls: () => [crl(), revoking] }), 'revoked')
})

t.test('ends the verdict when the first of its lists ends', async (t) => {
  const verdict = decide({
    crls: () => [crl({ nextUpdate: hours(3) })],
    revocation: { staleGrace: HOUR },
  })
  const end = Math.floor(hours(4).getTime() / 1000) * 1000
  t.equal(verdict.valid && verdict.notAfter.getTime(), end)
})

/** A copy with one character changed. */
function mend(bytes: Buffer, at: number, character: string): Buffer {
  const copy = Buffer.from(bytes)
  copy.write(character, at)
  return copy
}

t.test('refuses lists that are malformed', async (t) => {
  const whole = crl({ revoked: [{ serialNumber: 7 }] })
  const serial = (bytes: Uint8Array) => crl({ revoked: [{ serialNumber: bytes }] })
  const cases: readonly (readonly [title: string, bytes: Uint8Array])[] = [
    ['nothing', Buffer.alloc(0)],
    ['a byte after it', Buffer.concat([whole, Buffer.of(0)])],
    ['a byte missing', whole.subarray(0, -1)],
    ['a certificate', ca.der],
    // It would never be found, and its certificate would pass for one that isn't revoked.
    ['a serial number that is not minimal', serial(Buffer.of(0, 7))],
    ['a serial number of 65 bytes', serial(Buffer.alloc(65, 7))],
    [
      'a date that is none',
      crl({
        revoked: [{ serialNumber: 7, revocationDate: new Date('2021-10-01T00:00:00Z') }],
        transformTbs: (tbs) => mend(tbs, tbs.indexOf('211001000000Z') + 3, '3'),
      }),
    ],
    ['two algorithms', crl({ outerAlgorithm: Buffer.from('300a06082a8648ce3d040303', 'hex') })],
    ['an extension twice', crl({ extensions: (made) => [...made, ...made] })],
    [
      'two kinds of certificate',
      crl({ issuingDistributionPoint: { onlyContainsCaCerts: true, onlyContainsUserCerts: true } }),
    ],
  ]
  for (const [title, bytes] of cases) t.throws(() => readCrl(bytes), CrlError, title)
})

t.test('reads what a list says of itself', async (t) => {
  const read: Crl = readCrl(
    crl({
      crlNumber: 12n,
      revoked: [{ serialNumber: 7, reason: 'superseded', revocationDate: hours(-9) }],
    }),
  )
  t.match(read, { number: 12n, baseNumber: null, scope: null, unknownCritical: [] })
  t.equal(read.entries.size, 1)
  t.equal(read.entries.find(read.issuer.normalized, '07')?.reason, 'superseded')
  t.equal(read.entries.find(read.issuer.normalized, '08'), null)
  t.equal(read.entries.find('2.5.4.3=elsewhere', '07'), null)
})
