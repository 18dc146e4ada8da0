import { der, ipOctets } from '@mtls-edge/testkit'
import t from 'tap'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** Encodings worked out by X.690. */
const ENCODED: readonly (readonly [string, Uint8Array, string])[] = [
  ['zero', der.integer(0), '020100'],
  ['127', der.integer(127), '02017f'],
  ['128', der.integer(128), '02020080'],
  ['256', der.integer(256), '02020100'],
  ['-1', der.integer(-1), '0201ff'],
  ['-128', der.integer(-128), '020180'],
  ['-129', der.integer(-129), '0202ff7f'],
  ['2^64', der.integer(2n ** 64n), '0209010000000000000000'],
  ['a one-octet arc', der.objectIdentifier('2.5.29.15'), '0603551d0f'],
  ['long arcs', der.objectIdentifier('1.2.840.113549.1.1.11'), '06092a864886f70d01010b'],
  ['a first arc of 2 with a large second', der.objectIdentifier('2.999.3'), '0603883703'],
  ['TRUE', der.boolean(true), '0101ff'],
  ['TRUE as BER allows it', der.boolean(true, 1), '010101'],
  ['NULL', der.nullValue(), '0500'],
  ['no bits', der.namedBits([]), '030100'],
  ['bit 0', der.namedBits([0]), '03020780'],
  ['bits 5 and 6', der.namedBits([5, 6]), '03020106'],
  ['bit 8', der.namedBits([8]), '0303070080'],
  ['a sorted set', der.setOf(der.integer(2), der.integer(1)), '3106020101020102'],
  ['a set as given', der.set(der.integer(2), der.integer(1)), '3106020102020101'],
  ['a BMP string', der.characterString('bmp', 'é'), '1e0200e9'],
  ['a universal string', der.characterString('universal', '𝄞'), '1c040001d11e'],
  [
    'UTC time',
    der.time(new Date('2049-12-31T23:59:59.999Z')),
    `170d${hex(Buffer.from('491231235959Z'))}`,
  ],
  [
    'generalized time',
    der.time(new Date('2050-01-01T00:00:00Z')),
    `180f${hex(Buffer.from('20500101000000Z'))}`,
  ],
  [
    'generalized time before 1950',
    der.time(new Date('1949-01-01T00:00:00Z')),
    `180f${hex(Buffer.from('19490101000000Z'))}`,
  ],
  ['a padded length', der.elementOfForm('non-minimal', 0x04, Buffer.from('a')), '0482000161'],
  ['no length', der.elementOfForm('indefinite', 0x30, der.nullValue()), '308005000000'],
  ['an IPv4 net', ipOctets('192.168.0.0/20'), 'c0a80000fffff000'],
  ['an IPv6 address', ipOctets('::1'), '00000000000000000000000000000001'],
]

for (const [title, bytes, expected] of ENCODED) {
  t.test(`encodes ${title}`, async (t) => t.equal(hex(bytes), expected))
}

t.test('lengths take as few octets as they can', async (t) => {
  for (const [length, head] of [
    [127, '047f'],
    [128, '048180'],
    [255, '0481ff'],
    [256, '04820100'],
    [65_536, '0483010000'],
  ] as const) {
    t.equal(hex(der.octetString(Buffer.alloc(length))).slice(0, head.length), head)
  }
})

t.test('what is no address is an error', async (t) => {
  t.throws(() => ipOctets('10.0.0'), /10\.0\.0 is no IP address/)
})
