import { type IssuingDistributionPoint, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import { at, type Case, crl, entry, hours, place, root, told } from './crl-fixture.ts'

const ofRoot = (issuingDistributionPoint: IssuingDistributionPoint): Uint8Array =>
  issueCrl({ issuer: root, issuingDistributionPoint }).der

const fromRoot = { keyIdentifier: Buffer.of(7), issuer: [{ directory: 'root' }] }

const CASES: readonly (readonly [title: string, one: Case, verdict: string])[] = [
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
    "for the CA, its root's list for CAs alone",
    { crls: () => [crl()], rootCrls: [ofRoot({ onlyContainsCaCerts: true })] },
    'good',
  ],
  [
    "for the CA, its root's list for users alone",
    { crls: () => [crl()], rootCrls: [ofRoot({ onlyContainsUserCerts: true })] },
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
    'the list of one of the places of its distribution point',
    {
      leaf: {
        crlDistributionPoints: [{ fullName: [{ uri: 'http://x/1' }, { uri: 'http://x/2' }] }],
      },
      crls: () => [
        crl({
          issuingDistributionPoint: { fullName: [{ uri: 'http://x/2' }, { uri: 'http://x/3' }] },
        }),
      ],
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
    'some reasons, and an older list for all of them',
    {
      crls: () => [
        crl({ issuingDistributionPoint: { onlySomeReasons: ['keyCompromise'] }, crlNumber: 2 }),
        crl({ thisUpdate: hours(-2) }),
      ],
    },
    'good',
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
    'a delta to a base without a number',
    {
      crls: (leaf) => [
        crl({ crlNumber: null }),
        crl({ crlNumber: 2, deltaOf: 1, revoked: [entry(leaf)] }),
      ],
    },
    'good',
  ],
  [
    'a delta by another key of the CA',
    {
      crls: (leaf) => [
        crl(),
        crl({
          crlNumber: 2,
          deltaOf: 1,
          revoked: [entry(leaf)],
          authorityKeyIdentifier: { keyIdentifier: Buffer.of(7) },
        }),
      ],
    },
    'good',
  ],
  [
    'a delta by the same key of the CA in another certificate',
    {
      crls: (leaf) => [
        crl({ authorityKeyIdentifier: { ...fromRoot, serialNumber: 1n } }),
        crl({
          crlNumber: 2,
          deltaOf: 1,
          revoked: [entry(leaf)],
          authorityKeyIdentifier: { ...fromRoot, serialNumber: 2n },
        }),
      ],
    },
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
    'a delta for everything, to a base for users alone',
    {
      crls: (leaf) => [
        crl({ issuingDistributionPoint: { onlyContainsUserCerts: true } }),
        crl({ crlNumber: 2, deltaOf: 1, revoked: [entry(leaf)] }),
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
]

t.test('decides revocation by CRLs for a part: scopes, reasons, deltas', async (t) => {
  for (const [title, one, verdict] of CASES) t.equal(told(one), verdict, title)
})
