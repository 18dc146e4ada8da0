import { checkSelfSigned, isSignedByItself, readCertificate } from '@mtls-edge/path-validation'
import { type CertificateOptions, generateKey, issueCertificate } from '@mtls-edge/testkit'
import t from 'tap'

const AT = new Date('2030-06-15T12:00:00Z')
const dated = {
  notBefore: new Date('2030-01-01T00:00:00Z'),
  notAfter: new Date('2031-01-01T00:00:00Z'),
}
const root = issueCertificate({ subject: 'CN=root,O=Bank', ca: true, ...dated })
const intermediate = issueCertificate({ subject: 'CN=ca,O=Bank', ca: true, issuer: root, ...dated })

function decide(options: CertificateOptions): string {
  const verdict = checkSelfSigned({
    leaf: readCertificate(issueCertificate({ subject: 'client', ...dated, ...options }).der),
    at: AT,
    trustAnchors: [readCertificate(root.der)],
    intermediates: [readCertificate(intermediate.der)],
  })
  return verdict.valid ? 'valid' : verdict.reason
}

const CASES: readonly (readonly [title: string, options: CertificateOptions, verdict: string])[] = [
  ['nothing odd', {}, 'valid'],
  ['a CA, as OpenSSL makes it by default', { ca: true, keyUsage: null }, 'valid'],
  ['a CA that may sign certificates alone', { ca: true }, 'wrong_key_usage'],
  ['no extensions at all', { version: 1, extensions: 'none' }, 'valid'],
  ['two names of its own', { issuerName: 'CN=another name' }, 'valid'],
  ['a key of Ed25519', { key: 'ed25519' }, 'valid'],
  ['a key of RSA 2048', { key: 'rsa2048' }, 'valid'],
  ['a key of RSA 1024', { key: 'rsa1024' }, 'weak_key'],
  ['a key on another curve', { key: 'secp256k1' }, 'weak_key'],
  ['a key of DSA', { key: 'dsa1024' }, 'weak_key'],
  ['SHA-1', { signature: { hash: 'sha1' } }, 'weak_signature'],
  ['expired', { notAfter: new Date(AT.getTime() - 1000) }, 'expired'],
  ['not yet valid', { notBefore: new Date(AT.getTime() + 1000) }, 'not_yet_valid'],
  ['a signature that is off by one bit', { flipSignatureBit: 5 }, 'bad_signature'],
  ["another one's signature", { signingKey: generateKey('p256') }, 'bad_signature'],
  ['issued by a CA', { issuer: root }, 'bad_signature'],
  ['for servers alone', { extendedKeyUsage: ['serverAuth'] }, 'wrong_purpose'],
  ['for key agreement alone', { keyUsage: ['keyAgreement'] }, 'wrong_key_usage'],
  [
    'an unknown critical extension',
    { extraExtensions: [{ oid: '1.2.3', critical: true, value: Buffer.of(5, 0) }] },
    'unknown_critical_extension',
  ],
  ["a root's name", { subject: 'CN=root,O=Bank' }, 'forged_ca_name'],
  ["an intermediate's name in capitals", { subject: 'CN=CA,O=BANK' }, 'forged_ca_name'],
  ["a root's name as the issuer", { issuerName: 'CN=root,O=Bank' }, 'forged_ca_name'],
  [
    "a root's name with its own key",
    { subject: 'CN=root,O=Bank', key: root, keyUsage: ['digitalSignature'] },
    'valid',
  ],
]

t.test('decides what a self-signed certificate has to be', async (t) => {
  for (const [title, options, verdict] of CASES) t.equal(decide(options), verdict, title)
})

t.test('tells a self-signed certificate by its signature, never by its names', async (t) => {
  // A client makes issuer and subject equal and signs with some other key, or chooses two names and signs with its own.
  const signed = (options: CertificateOptions) =>
    isSignedByItself(readCertificate(issueCertificate(options).der))
  t.equal(signed({ subject: 'a' }), true)
  t.equal(signed({ subject: 'a', issuerName: 'b' }), true)
  t.equal(signed({ subject: 'a', signingKey: generateKey('p256') }), false)
  t.equal(signed({ subject: 'a', signingKey: generateKey('rsa2048') }), false)
  t.equal(signed({ issuer: root, subject: 'CN=root,O=Bank' }), false)
})
