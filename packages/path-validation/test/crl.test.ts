import { issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import {
  at,
  type Case,
  ca,
  crl,
  decide,
  entry,
  HOUR,
  hours,
  impostor,
  notSigner,
  now,
  place,
  root,
  signer,
  told,
  unknown,
} from './crl-fixture.ts'

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
  ['a list in its first second', { crls: () => [crl({ thisUpdate: now })] }, 'good'],
  ['a list in its last second', { crls: () => [crl({ nextUpdate: now })] }, 'good'],
  [
    'a list in the last second of the grace',
    { crls: () => [crl({ nextUpdate: hours(-2) })], revocation: { staleGrace: 2 * HOUR } },
    'good',
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
    'an unknown extension of any entry',
    { crls: () => [crl({ revoked: [{ serialNumber: 7, extraExtensions: unknown(false) }] })] },
    'good',
  ],
  [
    'a critical date of an entry, from which on it is invalid',
    {
      crls: () => [
        crl({
          revoked: [
            {
              serialNumber: 7,
              extraExtensions: [
                { oid: '2.5.29.24', critical: true, value: Buffer.from('\x18\x0f20260101000000Z') },
              ],
            },
          ],
        }),
      ],
    },
    'good',
  ],
  [
    'an unknown critical extension of any entry, as long as a reason is',
    {
      crls: () => [
        crl({
          revoked: [
            {
              serialNumber: 7,
              extraExtensions: [{ oid: '2.5.29.99', critical: true, value: Buffer.alloc(0) }],
            },
          ],
        }),
      ],
    },
    'revocation_unknown',
  ],
]

t.test('decides revocation by complete CRLs', async (t) => {
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
  t.equal(verdict.valid && verdict.notAfter.getTime(), hours(4).getTime())
})

t.test('tells of each certificate what its status rests on', async (t) => {
  const told = (one: Case) => {
    const steps = decide(one).trace.filter(({ step }) => step === 'revocation')
    return steps.map(({ reason, evidence }) => [reason, ...evidence.map(({ says }) => says)])
  }
  const delta = crl({ crlNumber: 2, deltaOf: 1 })
  t.same(told({ crls: () => [crl(), delta] }), [
    [null, 'not listed'],
    [null, 'changes', 'not listed'],
  ])
  t.same(told({ crls: () => [] }), [[null, 'not listed'], ['revocation_unknown']])
  t.match(told({ crls: (leaf) => [crl({ revoked: [entry(leaf)] })] }), [
    [null, 'not listed'],
    ['revoked', /^revoked at .* \(unspecified\)$/],
  ])
  t.same(told({ crls: () => [], revocation: { mode: 'prefer' } }), [[null, 'not listed'], [null]])
})
