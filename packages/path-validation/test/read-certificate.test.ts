import { execFileSync } from 'node:child_process'
import { createHash, X509Certificate } from 'node:crypto'
import {
  CertificateError,
  isSignedByItself,
  readCertificate,
  readPemCertificates,
} from '@mtls-edge/path-validation'
import t from 'tap'

/** A self-signed certificate in PEM, made by OpenSSL, so that the reader is not tested against its own author's builder. */
function selfSignedPem(...more: readonly string[]): string {
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    '/dev/null',
  ]
  const name = ['-subj', '/C=NL/O=Acme \\, Inc/CN=client']
  const command = ['req', '-x509', ...key, ...name, '-days', '10', ...more]
  return execFileSync('openssl', command, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}

t.test('reads what OpenSSL wrote, and says the same of it as Node', async (t) => {
  const pem = selfSignedPem(
    '-addext',
    'subjectAltName=DNS:a.example,IP:192.0.2.1,email:a@b.example',
  )
  const theirs = new X509Certificate(pem)
  const [ours, ...others] = readPemCertificates(`Some words before.\n${pem}`)
  t.same(others, [])
  t.equal(Buffer.from(ours?.der ?? []).toString('hex'), theirs.raw.toString('hex'))
  t.equal(ours?.thumbprint, createHash('sha256').update(theirs.raw).digest('hex'))
  t.equal(ours?.serialNumber.replace(/^00/, ''), theirs.serialNumber.toLowerCase())
  t.equal(ours?.notAfter.getTime(), Date.parse(theirs.validTo))
  t.equal(ours?.subject.text, 'CN=client,O=Acme \\, Inc,C=NL')
  t.equal(ours?.publicKey.curve, 'prime256v1')
  t.equal(ours?.extensions.basicConstraints?.ca, true)
  t.same(
    ours?.extensions.subjectAlternativeNames?.map(({ type, value }) => `${type} ${value}`),
    ['dns a.example', 'ip 192.0.2.1', 'email a@b.example'],
  )
  t.ok(ours !== undefined && isSignedByItself(ours))
})

t.test('refuses bytes that are not one whole certificate', async (t) => {
  const der = new X509Certificate(selfSignedPem()).raw
  const cases: readonly (readonly [title: string, bytes: Uint8Array, detail: RegExp])[] = [
    ['nothing', Buffer.alloc(0), /tag/],
    ['a trailing byte', Buffer.concat([der, Buffer.of(0)]), /bytes follow/],
    ['a missing byte', der.subarray(0, -1), /reaches past/],
    [
      'an indefinite length',
      Buffer.concat([Buffer.of(0x30, 0x80), der.subarray(4), Buffer.of(0, 0)]),
      /indefinite/,
    ],
    [
      'a length with a leading zero',
      Buffer.concat([Buffer.of(0x30, 0x83, 0), der.subarray(2)]),
      /not minimal/,
    ],
    ['a multi-byte tag', Buffer.of(0x1f, 0x81, 0x00), /tag/],
  ]
  for (const [title, bytes, message] of cases) {
    t.throws(
      () => readCertificate(bytes),
      { name: 'CertificateError', reason: 'malformed_certificate', message },
      title,
    )
  }
})

t.test('refuses PEM texts without a whole CERTIFICATE block', async (t) => {
  const pem = selfSignedPem()
  const cases: readonly (readonly [title: string, text: string])[] = [
    ['nothing', ''],
    ['another kind of block', pem.replaceAll('CERTIFICATE', 'PUBLIC KEY')],
    ['no end', pem.slice(0, -20)],
    ['an end that belongs to the next block', pem.replace('-----END CERTIFICATE-----', '') + pem],
    ['not base64', pem.replace('\nMII', '\nM!I')],
    ['a broken block after a good one', pem + pem.replace('\nMII', '\nMIJ')],
  ]
  for (const [title, text] of cases)
    t.throws(() => readPemCertificates(text), CertificateError, title)
})
