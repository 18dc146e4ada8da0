/**
 * The attack: a list is read before anybody knows who signed it, as the signer is known only from what it says. Whoever answers at the
 * address of a list (they are fetched over http) sends one of 50 MB that is made to cost: the process that reads it would answer
 * nobody for seconds, or for ever.
 */
import { CrlError, readCrl, readCrlInSteps } from '@mtls-edge/path-validation'
import { bulkSerialNumber, issueCertificate, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import { crl } from './crl-fixture.ts'

const issuer = issueCertificate({ subject: 'CRL issuer', ca: true })
const indirect = { issuingDistributionPoint: { indirectCrl: true } }
const MANY = 11_000

const extension = (index: number, size = 0) => ({
  oid: `1.3.6.1.4.1.99999.${index}`,
  critical: index % 2 === 1,
  value: Buffer.alloc(size),
})

const refused: readonly (readonly [title: string, der: Uint8Array, message: RegExp])[] = [
  [
    'one serial number over and over, each of which is looked for after all before it',
    crl({ revoked: Array.from({ length: 5_000 }, () => ({ serialNumber: 7 })) }),
    /made to collide/,
  ],
  [
    'an entry with thousands of extensions',
    crl({
      revoked: [
        { serialNumber: 7, extraExtensions: Array.from({ length: 5_000 }, (_, i) => extension(i)) },
      ],
    }),
    /CRL entry: too large/,
  ],
  [
    'a list with thousands of extensions',
    crl({ extraExtensions: Array.from({ length: 5_000 }, (_, i) => extension(i)) }),
    /CRL extensions: too large/,
  ],
  ['a list with a large extension', crl({ extraExtensions: [extension(1, 70_000)] }), /too large/],
  [
    'an issuer with a name of thousands of parts',
    crl({
      issuerName: Array.from({ length: 1_500 }, (_, i) => ({ type: 'OU', value: `part ${i}` })),
    }),
    /CRL issuer: too large/,
  ],
  [
    'entries of ten thousand CAs, whose names are all kept',
    crl({
      ...indirect,
      revoked: Array.from({ length: MANY }, (_, i) => ({
        serialNumber: i + 1,
        certificateIssuer: [{ directory: `CN=${i}` }],
      })),
    }),
    /too many issuers/,
  ],
]

for (const [title, der, message] of refused) {
  t.test(`refuses ${title}`, async (t) => {
    t.throws(() => readCrl(der), { name: CrlError.name, reason: 'malformed_crl', message })
  })
}

t.test('a serial number that thousands of CAs have in common is found for each', async (t) => {
  const list = readCrl(
    crl({
      ...indirect,
      revoked: Array.from({ length: 3_000 }, (_, i) => ({
        serialNumber: 7,
        certificateIssuer: [{ directory: `CN=${i}` }],
      })),
    }),
  )
  t.ok(list.entries.find('2.5.4.3=0', '07'))
  t.ok(list.entries.find('2.5.4.3=2999', '07'))
  t.equal(list.entries.find('2.5.4.3=2999', '08'), null)
  t.equal(list.entries.find('2.5.4.3=3000', '07'), null)
})

t.test('each unknown critical extension forbids the list; some of them are told', async (t) => {
  const revoked = Array.from({ length: 100 }, (_, i) => ({
    serialNumber: i + 1,
    extraExtensions: [extension(2 * i + 1)],
  }))
  t.equal(readCrl(crl({ revoked })).unknownCritical.length, 16)
})

t.test('an entry that is slow to read makes a step shorter', async (t) => {
  const steps = (der: Uint8Array): number => [...readCrlInSteps(der)].length
  const plain = issueCrl({ issuer, bulk: 2_000 }).der
  const slow = crl({
    revoked: Array.from({ length: 2_000 }, (_, i) => ({
      serialNumber: bulkSerialNumber(i),
      extraExtensions: [extension(2), extension(4), extension(6)],
    })),
  })
  t.equal(steps(plain), 0)
  t.ok(steps(slow) >= 8, `${steps(slow)} steps`)
})
