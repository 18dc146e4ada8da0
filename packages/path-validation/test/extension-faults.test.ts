import { readCertificate } from '@mtls-edge/path-validation'
import { type CertificateOptions, der } from '@mtls-edge/testkit'
import t from 'tap'
import {
  algorithm,
  context,
  ec,
  element,
  extension,
  hash,
  integer,
  issue,
  mask,
  modulus,
  octetString,
  oid,
  point,
  pss,
  rsa,
  rsaKey,
  SHA256,
  sequence,
  spki,
  withExtension,
} from './encoding-fixture.ts'

/** What no certificate may be, and a part of the sentence that says so. */
const FAULTS: readonly (readonly [title: string, options: CertificateOptions, detail: RegExp])[] = [
  ['one extension twice', { extensions: (made) => [...made, ...made.slice(0, 1)] }, /twice/],
  ['an empty list of extensions', { extensions: [] }, /empty/],
  [
    'a criticality of false written out',
    {
      tbs: {
        extensions: context(3, sequence(sequence(oid('1.2.3'), der.boolean(false), octetString()))),
      },
    },
    /default/,
  ],
  [
    'a criticality that is neither true nor false',
    {
      tbs: {
        extensions: context(
          3,
          sequence(sequence(oid('1.2.3'), der.boolean(true, 1), octetString())),
        ),
      },
    },
    /boolean/,
  ],
  [
    'an extension without a value',
    { tbs: { extensions: context(3, sequence(sequence(oid('1.2.3')))) } },
    /extension/,
  ],
  [
    'basic constraints with bytes after them',
    { extensions: [extension('2.5.29.19', Buffer.concat([sequence(), Buffer.of(5, 0)]))] },
    /bytes follow/,
  ],
  [
    'a negative path length',
    { extensions: [extension('2.5.29.19', sequence(der.boolean(true), integer(-1)))] },
    /negative/,
  ],
  [
    'a key usage without a usage',
    { keyUsage: null, ...withExtension('2.5.29.15', Buffer.of(3, 1, 0)) },
    /no usage/,
  ],
  [
    'a key usage with trailing zeros',
    { keyUsage: null, ...withExtension('2.5.29.15', Buffer.of(3, 2, 0, 0x80)) },
    /minimal/,
  ],
  [
    'a key usage with unused bits set',
    { keyUsage: null, ...withExtension('2.5.29.15', Buffer.of(3, 2, 7, 0x81)) },
    /minimal/,
  ],
  [
    'an empty extended key usage',
    { extendedKeyUsage: null, ...withExtension('2.5.29.37', sequence()) },
    /extendedKeyUsage/,
  ],
  ['an empty alternative name', withExtension('2.5.29.17', sequence()), /empty list/],
  [
    'an alternative name of a form that does not exist',
    withExtension('2.5.29.17', sequence(element(0x89, Buffer.of(1)))),
    /form/,
  ],
  [
    'an alternative name above ASCII',
    withExtension('2.5.29.17', sequence(element(0x82, Buffer.of(0xe9)))),
    /ASCII/,
  ],
  ['empty name constraints', withExtension('2.5.29.30', sequence()), /empty/],
  [
    'a policy twice',
    withExtension('2.5.29.32', sequence(sequence(oid('1.2.3')), sequence(oid('1.2.3')))),
    /twice/,
  ],
  ['empty policy constraints', withExtension('2.5.29.36', sequence()), /empty/],
  ['empty policy mappings', withExtension('2.5.29.33', sequence()), /policyMappings/],
  [
    'a distribution point without name and issuer',
    withExtension('2.5.29.31', sequence(sequence())),
    /neither/,
  ],
  [
    'a key identifier that is no OCTET STRING',
    { subjectKeyIdentifier: null, ...withExtension('2.5.29.14', integer(1)) },
    /subjectKeyIdentifier/,
  ],
  ['an RSA key with exponent 1', spki(rsa, rsaKey(modulus, Buffer.of(1))), /RSA/],
  ['an RSA key with an even exponent', spki(rsa, rsaKey(modulus, Buffer.of(4))), /RSA/],
  [
    'an RSA key with an exponent of 33 bits',
    spki(rsa, rsaKey(modulus, Buffer.of(1, 0, 0, 0, 0, 1))),
    /cost time/,
  ],
  [
    'an RSA key with an even modulus',
    spki(rsa, rsaKey(Buffer.concat([modulus, Buffer.of(2)]), Buffer.of(3))),
    /RSA/,
  ],
  [
    'an RSA key with a negative modulus',
    spki(rsa, rsaKey(modulus.subarray(1), Buffer.of(3))),
    /RSA/,
  ],
  [
    'an RSA key without NULL',
    spki(sequence(oid('1.2.840.113549.1.1.1')), rsaKey(modulus, Buffer.of(3))),
    /public key/,
  ],
  [
    'an RSA key with bytes after it',
    spki(rsa, Buffer.concat([rsaKey(modulus, Buffer.of(3)), Buffer.of(0)])),
    /bytes follow/,
  ],
  ['a point that is too short', spki(ec, point.subarray(1)), /point/],
  ['a point of a hybrid form', spki(ec, Buffer.concat([Buffer.of(6), point.subarray(1)])), /point/],
  ['a key with unused bits', spki(ec, point, 1), /unused bits/],
  ['an Ed25519 key of 31 bytes', spki(sequence(oid('1.3.101.112')), Buffer.alloc(31)), /length/],
  [
    'an Ed25519 key with parameters',
    spki(sequence(oid('1.3.101.112'), der.nullValue()), Buffer.alloc(32)),
    /bytes follow/,
  ],
  ['a curve that is spelt out', { key: 'p256-explicit' }, /named curve/],
  ['ECDSA with parameters', algorithm(oid('1.2.840.10045.4.3.2'), der.nullValue()), /bytes follow/],
  ['RSA PKCS #1 without NULL', algorithm(oid('1.2.840.113549.1.1.11')), /signature algorithm/],
  [
    'PSS with two hashes',
    pss(context(0, hash(SHA256)), context(1, mask('1.3.14.3.2.26'))),
    /two different/,
  ],
  ['PSS with an unknown hash', pss(context(0, hash('1.2.3'))), /unknown hash/],
  [
    'PSS with an endless salt',
    pss(context(0, hash(SHA256)), context(1, mask(SHA256)), context(2, integer(4000))),
    /salt/,
  ],
  [
    'PSS with an unknown trailer',
    pss(context(0, hash(SHA256)), context(1, mask(SHA256)), context(3, integer(2))),
    /trailer/,
  ],
  [
    'a certificate of more than 100,000 bytes',
    withExtension('1.2.3', Buffer.alloc(100_000)),
    /too large/,
  ],
]

t.test('refuses every fault of extensions, keys and algorithms, and says which', async (t) => {
  for (const [title, options, message] of FAULTS) {
    const bytes = issue(options)
    t.throws(() => readCertificate(bytes), { reason: 'malformed_certificate', message }, title)
  }
})
