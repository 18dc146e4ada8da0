import { readCertificate } from '@mtls-edge/path-validation'
import { type CertificateOptions, der, type KeyKind } from '@mtls-edge/testkit'
import t from 'tap'
import {
  commonName,
  context,
  ec,
  element,
  extension,
  good,
  integer,
  issue,
  issuer,
  name,
  octetString,
  oid,
  sequence,
  spki,
  validity,
  withExtension,
} from './encoding-fixture.ts'

/** What no certificate may be, and a part of the sentence that says so. */
const FAULTS: readonly (readonly [title: string, options: CertificateOptions, detail: RegExp])[] = [
  ['a byte after the certificate', { trailingBytes: Buffer.of(0) }, /bytes follow/],
  ['a second certificate after it', { trailingBytes: issuer.der }, /bytes follow/],
  [
    'a length that is not minimal',
    { transform: (bytes) => der.elementOfForm('non-minimal', 0x30, bytes.subarray(4)) },
    /not minimal/,
  ],
  [
    'an indefinite length',
    { transform: (bytes) => der.elementOfForm('indefinite', 0x30, bytes.subarray(4)) },
    /indefinite/,
  ],
  [
    'an inner length that is not minimal',
    { tbs: { serialNumber: der.elementOfForm('non-minimal', 2, Buffer.of(9)) } },
    /not minimal/,
  ],
  [
    'an outer signature algorithm unlike the inner one',
    { outerAlgorithm: der.sequence(oid('1.2.840.10045.4.3.3')) },
    /differ/,
  ],
  [
    'a field after the extensions',
    { transformTbs: (tbs) => sequence(tbs.subarray(4), integer(1)) },
    /bytes follow/,
  ],
  ['the serial number zero', { serialNumber: 0 }, /serial number/],
  ['a negative serial number', { serialNumber: -5 }, /serial number/],
  ['a serial number of 21 bytes', { serialNumber: Buffer.alloc(21, 0x41) }, /serial number/],
  ['a serial number with a zero before it', { serialNumber: Buffer.of(0, 0x41) }, /not minimal/],
  ['a serial number without bytes', { serialNumber: Buffer.alloc(0) }, /without bytes/],
  [
    'a serial number of another type',
    { tbs: { serialNumber: octetString(Buffer.of(1)) } },
    /serial number/,
  ],
  [
    'version 1 written out',
    { tbs: { version: context(0, integer(0)) }, extensions: 'none' },
    /version/,
  ],
  ['version 4', { tbs: { version: context(0, integer(3)) } }, /version/],
  ['a negative version', { tbs: { version: context(0, integer(-1)) } }, /version/],
  ['extensions in version 1', { tbs: { version: Buffer.alloc(0) } }, /other than 3/],
  ['extensions in version 2', { tbs: { version: context(0, integer(1)) } }, /other than 3/],
  [
    'a unique identifier in version 1',
    { version: 1, tbs: { uniqueIds: element(0x81, Buffer.of(0, 1)) } },
    /unique identifier/,
  ],
  ['no issuer name', { tbs: { issuer: sequence() } }, /empty name/],
  ['an empty set in a name', { tbs: { subject: sequence(element(0x31)) } }, /subject/],
  ['an attribute without a value', { tbs: { subject: name(sequence(oid('2.5.4.3'))) } }, /subject/],
  [
    'an attribute with two values',
    { tbs: { subject: name(sequence(oid('2.5.4.3'), element(12), element(12))) } },
    /bytes follow/,
  ],
  ['UTF-8 that is none', { tbs: { subject: commonName(12, 0xc3, 0x28) } }, /text/],
  ['overlong UTF-8', { tbs: { subject: commonName(12, 0xc0, 0xaf) } }, /text/],
  ['a surrogate in UTF-8', { tbs: { subject: commonName(12, 0xed, 0xa0, 0x80) } }, /text/],
  ['a PrintableString above ASCII', { tbs: { subject: commonName(0x13, 0xe9) } }, /ASCII/],
  ['a letter in a NumericString', { tbs: { subject: commonName(0x12, 0x41) } }, /character/],
  ['half a character in a BMPString', { tbs: { subject: commonName(0x1e, 0x00) } }, /text/],
  [
    'a UniversalString beyond Unicode',
    { tbs: { subject: commonName(0x1c, 0, 0x11, 0, 0) } },
    /text/,
  ],
  ['a UniversalString of three bytes', { tbs: { subject: commonName(0x1c, 0, 0, 65) } }, /text/],
  [
    'an attribute type that is cut off',
    { tbs: { subject: name(sequence(element(6, Buffer.of(0x55, 0x84)), element(12))) } },
    /identifier/,
  ],
  [
    'an attribute type with a padded arc',
    { tbs: { subject: name(sequence(element(6, Buffer.of(0x55, 0x80, 4)), element(12))) } },
    /minimal/,
  ],
  [
    'an attribute type with an arc beyond numbers',
    {
      tbs: {
        subject: name(sequence(element(6, Buffer.alloc(20, 0xff), Buffer.of(1)), element(12))),
      },
    },
    /range/,
  ],
  ['a time without seconds', validity(der.utcTimeOfText('3001010000Z'), good), /notBefore/],
  ['a time with an offset', validity(good, der.utcTimeOfText('300101000000+0100')), /notAfter/],
  ['a time without Z', validity(good, der.utcTimeOfText('300101000000')), /notAfter/],
  [
    'a time with a fraction',
    validity(good, der.generalizedTimeOfText('20300101000000.5Z')),
    /notAfter/,
  ],
  ['31 April', validity(good, der.utcTimeOfText('300431000000Z')), /notAfter/],
  ['29 February of a common year', validity(good, der.utcTimeOfText('290229000000Z')), /notAfter/],
  ['month 13', validity(good, der.utcTimeOfText('301301000000Z')), /notAfter/],
  ['hour 24', validity(good, der.utcTimeOfText('300101240000Z')), /notAfter/],
  ['second 60', validity(good, der.utcTimeOfText('300101000060Z')), /notAfter/],
  ['a letter in a time', validity(good, der.utcTimeOfText('3001010O0000Z')), /notAfter/],
  ['a time as text', validity(good, element(12, Buffer.from('300101000000Z'))), /notAfter/],
  ['a third time', { tbs: { validity: sequence(good, good, good) } }, /bytes follow/],
]

t.test('refuses every encoding that RFC 5280 and DER forbid, and says which', async (t) => {
  for (const [title, options, message] of FAULTS) {
    const bytes = issue(options)
    t.throws(() => readCertificate(bytes), { reason: 'malformed_certificate', message }, title)
  }
})

/** What a strict reader could stumble over, and RFC 5280 allows or bids to accept. */
const ACCEPTED: readonly (readonly [title: string, options: CertificateOptions])[] = [
  ['a serial number of 20 bytes', { serialNumber: Buffer.alloc(20, 0x41) }],
  [
    'a serial number of 20 bytes and a sign byte',
    { serialNumber: Buffer.concat([Buffer.of(0), Buffer.alloc(20, 0x91)]) },
  ],
  ['an empty subject', { tbs: { subject: sequence() } }],
  ['version 1', { version: 1 }],
  [
    'version 2 with unique identifiers',
    { version: 2, tbs: { uniqueIds: element(0x81, Buffer.of(0, 1)) } },
  ],
  ['GeneralizedTime before 2050', validity(der.generalizedTimeOfText('20200101000000Z'), good)],
  ['the year 9999', validity(good, der.generalizedTimeOfText('99991231235959Z'))],
  ['29 February of a leap year', validity(good, der.utcTimeOfText('280229000000Z'))],
  [
    'a BasicConstraints of false written out',
    { extensions: [extension('2.5.29.19', sequence(der.boolean(false)))] },
  ],
  ['an unknown key', spki(sequence(oid('1.2.3.4')), Buffer.of(1, 2, 3))],
  ['an unknown extension', withExtension('1.2.3.4', Buffer.of(0xff))],
  ['a compressed point', spki(ec, Buffer.concat([Buffer.of(2), Buffer.alloc(32, 7)]))],
]

t.test('reads what RFC 5280 allows', async (t) => {
  for (const [title, options] of ACCEPTED) t.ok(readCertificate(issue(options)), title)
  t.match(readCertificate(issue({ serialNumber: -5 }), { allowOddSerialNumbers: true }), {
    serialNumber: 'fb',
  })
})

t.test('tells the keys apart', async (t) => {
  const kinds: readonly (readonly [KeyKind, string, number, string | null])[] = [
    ['rsa2048', 'rsa', 2048, null],
    ['rsa2047', 'rsa', 2047, null],
    ['rsa-pss', 'rsa', 2048, null],
    ['p256', 'ec', 256, 'prime256v1'],
    ['p384', 'ec', 384, 'secp384r1'],
    ['p521', 'ec', 521, 'secp521r1'],
    ['secp256k1', 'ec', 256, 'secp256k1'],
    ['ed25519', 'ed25519', 256, null],
    ['ed448', 'ed448', 456, null],
    ['dsa1024', 'dsa', 1024, null],
  ]
  for (const [kind, type, bits, curve] of kinds) {
    const { publicKey } = readCertificate(issue({ key: kind }))
    t.same({ ...publicKey, spki: null }, { type, bits, curve, spki: null }, kind)
  }
})
