import type { PathReason } from '@mtls-edge/path-validation'
import t from 'tap'
import { AT, type Chain, decide, FROM, TO } from './chain-fixture.ts'

const unknownCritical = {
  extraExtensions: [{ oid: '1.2.3.4', critical: true, value: Buffer.of(5, 0) }],
}
const CASES: readonly (readonly [title: string, chain: Chain, verdict: PathReason | 'valid'])[] = [
  ['nothing odd', {}, 'valid'],
  ['a leaf from a second ago', { leaf: { notBefore: AT } }, 'valid'],
  ['a leaf in its last second', { leaf: { notAfter: AT } }, 'valid'],
  ['a leaf past its last second', { leaf: { notAfter: new Date(AT.getTime() - 1000) } }, 'expired'],
  [
    'a leaf before its first second',
    { leaf: { notBefore: new Date(AT.getTime() + 1000) } },
    'not_yet_valid',
  ],
  ['an expired intermediate', { intermediate: { notAfter: FROM } }, 'expired'],
  ['an intermediate of tomorrow', { intermediate: { notBefore: TO } }, 'not_yet_valid'],
  ['an expired anchor', { root: { notAfter: FROM } }, 'expired'],
  ['an anchor of tomorrow', { root: { notBefore: TO } }, 'not_yet_valid'],
  ['validity turned round', { leaf: { notBefore: TO, notAfter: FROM } }, 'not_yet_valid'],
  ['a CA as the leaf', { leaf: { ca: true } }, 'ca_as_leaf'],
  ['a leaf that says it is none', { leaf: { ca: false } }, 'valid'],
  [
    'an intermediate without basic constraints',
    { intermediate: { extensions: (made) => made.filter(({ oid }) => oid !== '2.5.29.19') } },
    'not_a_ca',
  ],
  [
    'an intermediate that says it is no CA',
    { intermediate: { ca: false, keyUsage: ['keyCertSign'] } },
    'not_a_ca',
  ],
  [
    'an intermediate of version 1',
    { intermediate: { version: 1, extensions: 'none' } },
    'not_a_ca',
  ],
  ['an anchor of version 1', { root: { version: 1, extensions: 'none' } }, 'valid'],
  ['an anchor of version 3 that is no CA', { root: { ca: false } }, 'not_a_ca'],
  ['a leaf of version 1', { leaf: { version: 1, extensions: 'none' } }, 'valid'],
  [
    'an intermediate that may not sign certificates',
    { intermediate: { keyUsage: ['cRLSign'] } },
    'wrong_key_usage',
  ],
  ['an intermediate without key usage', { intermediate: { keyUsage: null } }, 'valid'],
  [
    'an anchor that may not sign certificates',
    { root: { keyUsage: ['cRLSign'] } },
    'wrong_key_usage',
  ],
  ['a leaf that may not sign', { leaf: { keyUsage: ['keyEncipherment'] } }, 'wrong_key_usage'],
  ['a leaf for key agreement alone', { leaf: { keyUsage: ['keyAgreement'] } }, 'wrong_key_usage'],
  ['a leaf without key usage', { leaf: { keyUsage: null } }, 'valid'],
  ['a leaf for servers', { leaf: { extendedKeyUsage: ['serverAuth'] } }, 'wrong_purpose'],
  [
    'a leaf for servers and clients',
    { leaf: { extendedKeyUsage: ['serverAuth', 'clientAuth'] } },
    'valid',
  ],
  ['a leaf for any purpose', { leaf: { extendedKeyUsage: ['anyExtendedKeyUsage'] } }, 'valid'],
  ['a leaf without a purpose', { leaf: { extendedKeyUsage: null } }, 'valid'],
  [
    'an intermediate for servers',
    { intermediate: { extendedKeyUsage: ['serverAuth'] } },
    'wrong_purpose',
  ],
  ['an intermediate for clients', { intermediate: { extendedKeyUsage: ['clientAuth'] } }, 'valid'],
  [
    'an intermediate for any purpose',
    { intermediate: { extendedKeyUsage: ['anyExtendedKeyUsage'] } },
    'valid',
  ],
  ['an anchor for servers', { root: { extendedKeyUsage: ['serverAuth'] } }, 'wrong_purpose'],
  [
    'an unknown critical extension in the leaf',
    { leaf: unknownCritical },
    'unknown_critical_extension',
  ],
  [
    'an unknown critical extension in the intermediate',
    { intermediate: unknownCritical },
    'unknown_critical_extension',
  ],
  [
    'an unknown critical extension in the anchor',
    { root: unknownCritical },
    'unknown_critical_extension',
  ],
  ['an anchor that allows no intermediate', { root: { pathLength: 0 } }, 'path_length_exceeded'],
  ['an anchor that allows one intermediate', { root: { pathLength: 1 } }, 'valid'],
  ['an intermediate that allows none below', { intermediate: { pathLength: 0 } }, 'valid'],
  ['a signature that is off by one bit', { leaf: { flipSignatureBit: 77 } }, 'bad_signature'],
  [
    'an intermediate whose signature is off by one bit',
    { intermediate: { flipSignatureBit: 77 } },
    'bad_signature',
  ],
  [
    'an anchor whose own signature is off: nobody relies on it',
    { root: { flipSignatureBit: 77 } },
    'valid',
  ],
  [
    'a leaf that was changed after it was signed',
    {
      leaf: { transform: (der) => Buffer.from(der.map((byte, i) => (i === 20 ? byte ^ 1 : byte))) },
    },
    'bad_signature',
  ],
  ['a leaf signed with SHA-1', { leaf: { signature: { hash: 'sha1' } } }, 'weak_signature'],
  ['a leaf signed with SHA-224', { leaf: { signature: { hash: 'sha224' } } }, 'weak_signature'],
  ['a leaf signed with SHA-512', { leaf: { signature: { hash: 'sha512' } } }, 'valid'],
  [
    'an intermediate signed with SHA-1',
    { intermediate: { signature: { hash: 'sha1' } } },
    'weak_signature',
  ],
  [
    'an anchor signed with SHA-1: nobody relies on it',
    { root: { signature: { hash: 'sha1' } } },
    'valid',
  ],
  ['RSASSA-PSS', { intermediate: { key: 'rsa2048' }, leaf: { signature: { pss: true } } }, 'valid'],
  [
    'RSASSA-PSS with a salt of another length',
    { intermediate: { key: 'rsa2048' }, leaf: { signature: { pss: true, saltLength: 20 } } },
    'valid',
  ],
  [
    'RSASSA-PSS with SHA-1',
    { intermediate: { key: 'rsa2048' }, leaf: { signature: { pss: true, hash: 'sha1' } } },
    'weak_signature',
  ],
  [
    'RSA PKCS #1 with MD5',
    { intermediate: { key: 'rsa2048' }, leaf: { signature: { hash: 'md5' } } },
    'weak_signature',
  ],
  [
    'an issuer name in capitals and with more spaces',
    { intermediate: { subject: 'The  CA' }, leaf: { issuerName: 'the ca ' } },
    'valid',
  ],
  [
    'an issuer name of another string type',
    { intermediate: { subject: 'CN=ca' }, leaf: { issuerName: 'CN=ca', stringType: 'printable' } },
    'valid',
  ],
  ['another issuer name', { leaf: { issuerName: 'CN=elsewhere' } }, 'untrusted_issuer'],
  [
    'an issuer name with one part less',
    { intermediate: { subject: 'CN=ca,O=x' }, leaf: { issuerName: 'O=x' } },
    'untrusted_issuer',
  ],
  [
    'an issuer name in another order',
    { intermediate: { subject: 'CN=ca,O=x' }, leaf: { issuerName: 'O=x,CN=ca' } },
    'untrusted_issuer',
  ],
  [
    "a key identifier that isn't the issuer's: a hint only",
    { leaf: { authorityKeyIdentifier: { keyIdentifier: Buffer.of(1) } } },
    'valid',
  ],
]

t.test('decides every rule of a path, for each certificate of it', async (t) => {
  for (const [title, chain, verdict] of CASES) t.equal(decide(chain), verdict, title)
})

t.test('asks leaves of another purpose for nothing of TLS', async (t) => {
  t.equal(decide({ leaf: { extendedKeyUsage: ['serverAuth'] } }, { purpose: 'any' }), 'valid')
  t.equal(decide({ leaf: { ca: true } }, { purpose: 'any' }), 'valid')
})

t.test('drops fractions of a second, which certificates do not know', async (t) => {
  const last = new Date(TO.getTime() + 999)
  t.equal(decide({}, { at: last }), 'valid')
  t.equal(decide({}, { at: new Date(TO.getTime() + 1000) }), 'expired')
  t.equal(decide({}, { at: new Date(Number.NaN) }), 'not_yet_valid')
})
