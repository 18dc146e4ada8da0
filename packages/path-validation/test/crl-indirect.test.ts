import { readCrl } from '@mtls-edge/path-validation'
import type { CertificateOptions } from '@mtls-edge/testkit'
import t from 'tap'
import { byHelper, type Case, entry, helper, indirect, ofCa, place, told } from './crl-fixture.ts'

/** The list of the helper, of which the leaf says that it is for stolen keys alone. */
const forOneReason: CertificateOptions = {
  crlDistributionPoints: [
    {
      ...place('http://x/i'),
      crlIssuer: [{ directory: 'crl helper' }],
      reasons: ['keyCompromise'],
    },
  ],
}

const CASES: readonly (readonly [title: string, one: Case, verdict: string])[] = [
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
    'an indirect list of which the leaf says that it is for some reasons alone',
    { leaf: forOneReason, crls: () => [byHelper({})], pool: [helper] },
    'revocation_unknown',
  ],
  [
    'an indirect list with its serial number, of another CA, and with another one of its CA',
    {
      leaf: indirect,
      crls: (leaf) => [byHelper({ revoked: [entry(leaf), { serialNumber: 7, ...ofCa }] })],
      pool: [helper],
    },
    'good',
  ],
  [
    'an indirect list of one of two that the leaf names',
    {
      leaf: {
        crlDistributionPoints: [
          {
            ...place('http://x/i'),
            crlIssuer: [{ directory: 'elsewhere' }, { directory: 'crl helper' }],
          },
        ],
      },
      crls: () => [byHelper({})],
      pool: [helper],
    },
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

t.test('decides revocation by CRLs that speak for other CAs', async (t) => {
  for (const [title, one, verdict] of CASES) t.equal(told(one), verdict, title)
})

t.test('an entry is that of its own issuer, whoever else has its serial number', async (t) => {
  const of = (name: string, serialNumber: number) => ({
    serialNumber,
    certificateIssuer: [{ directory: name }],
  })
  const names = (prefix: string) => Array.from({ length: 40 }, (_, n) => `${prefix} ${n}`)
  const revoked = [
    ...names('seven').map((name) => of(name, 7)),
    ...names('eight').map((name) => of(name, 8)),
  ]
  const { entries } = readCrl(byHelper({ revoked }))
  const holders = (serial: string) =>
    [...names('seven'), ...names('eight')].filter((name) => entries.find(`2.5.4.3=${name}`, serial))
  t.same(holders('07'), names('seven'))
  t.same(holders('08'), names('eight'))
})
