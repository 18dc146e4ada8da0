import { type Crl, CrlError, readCertificate, readCrl } from '@mtls-edge/path-validation'
import { der, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import { ca, crl, hours } from './crl-fixture.ts'

/** A copy with one character changed. */
function mend(bytes: Buffer, at: number, character: string): Buffer {
  const copy = Buffer.from(bytes)
  copy.write(character, at)
  return copy
}

/** A list of users alone with one entry, which has a character changed: so far from where these bytes begin. */
const mended = (bytes: Buffer, distance: number, character: string): Buffer =>
  issueCrl({
    issuer: ca,
    revoked: [{ serialNumber: 7 }],
    issuingDistributionPoint: { onlyContainsUserCerts: true },
    transformTbs: (tbs) => mend(tbs, tbs.indexOf(bytes) + distance, character),
  }).der

const reasonOf = (code: number) => ({
  extraExtensions: [{ oid: '2.5.29.21', critical: false, value: Buffer.of(0x0a, 1, code) }],
})

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
    ['a serial number without a byte', serial(Buffer.alloc(0))],
    ['an entry that is no sequence', mended(Buffer.of(2, 1, 7), -2, '1')],
    ['a serial number that is no number', mended(Buffer.of(2, 1, 7), 0, '\x04')],
    [
      'extensions in version 1',
      crl({ transformTbs: (tbs) => der.sequence(...der.elementsOf(tbs).slice(1)) }),
    ],
    [
      'an entry of an issuer without a directory name',
      crl({ revoked: [{ serialNumber: 7, certificateIssuer: [{ dns: 'ca.example.com' }] }] }),
    ],
    ['an issuer without a name', crl({ issuerName: [] })],
    ['a CRL number below zero', crl({ crlNumber: -128 })],
    ['a CRL number of 21 bytes', crl({ crlNumber: 2n ** 167n })],
    ['a reason that is not used', crl({ revoked: [{ serialNumber: 7, ...reasonOf(7) }] })],
    ['a reason that does not exist', crl({ revoked: [{ serialNumber: 7, ...reasonOf(11) }] })],
    [
      'a date that is none',
      crl({
        revoked: [{ serialNumber: 7, revocationDate: new Date('2021-10-01T00:00:00Z') }],
        transformTbs: (tbs) => mend(tbs, tbs.indexOf('211001000000Z') + 3, '3'),
      }),
    ],
    ['two algorithms', crl({ outerAlgorithm: Buffer.from('300a06082a8648ce3d040303', 'hex') })],
    ['an extension twice', crl({ extensions: (made) => [...made, ...made] })],
    ['a truth value that is neither true nor false', mended(Buffer.of(0x81, 1, 0xff), 2, '\x01')],
    [
      'two kinds of certificate',
      crl({ issuingDistributionPoint: { onlyContainsCaCerts: true, onlyContainsUserCerts: true } }),
    ],
  ]
  for (const [title, bytes] of cases) t.throws(() => readCrl(bytes), CrlError, title)
})

t.test('says of PEM that it is PEM, which most programs write', async (t) => {
  const pem = Buffer.from('-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n')
  t.throws(() => readCrl(pem), { message: 'CRL: it is in PEM, and DER is wanted' })
  const certificate = Buffer.from(ca.pem)
  t.throws(() => readCertificate(certificate), { message: /it is in PEM, and DER is wanted/ })
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
  t.match(readCrl(crl({ version: 1 })), { number: null, scope: null }, 'without extensions')
  const written = readCrl(mended(Buffer.of(0x81, 1, 0xff), 2, '\0'))
  t.equal(written.scope?.onlyUserCertificates, false, 'what is false and written all the same')
  const zero = readCrl(crl({ revoked: [{ serialNumber: 0 }] }))
  t.ok(zero.entries.find(zero.issuer.normalized, '00'), 'a serial number that is 0')
  const long = Array.from({ length: 40 }, (_, n) => ({ serialNumber: ((n + 1) << 8) | 7 }))
  const longer = readCrl(crl({ revoked: long }))
  const found = long.filter(({ serialNumber }) =>
    longer.entries.find(longer.issuer.normalized, Buffer.of(serialNumber >> 8).toString('hex')),
  )
  t.same(found, [], 'a serial number that is the beginning of another one')
  t.equal(readCrl(crl({ crlNumber: 2n ** 160n - 1n })).number, 2n ** 160n - 1n)
  const longest = Buffer.alloc(64, 7)
  const { entries, issuer } = readCrl(crl({ revoked: [{ serialNumber: longest }] }))
  t.ok(entries.find(issuer.normalized, longest.toString('hex')), 'a serial number of 64 bytes')
})
