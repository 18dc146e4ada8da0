import { execFileSync, spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  ANY_POLICY,
  basicConstraints,
  type CertificateOptions,
  createPki,
  der,
  ecdsaAlgorithm,
  encodeName,
  generateKey,
  type Issued,
  issueCertificate,
  keyUsage,
} from '@mtls-edge/testkit'
import t from 'tap'

const pki = createPki()
const { root, intermediate } = pki
const skip = spawnSync('openssl', ['version']).error ? 'openssl is not installed' : false

function textOf(issued: Issued): string {
  return execFileSync('openssl', ['x509', '-noout', '-text'], { input: issued.pem }).toString()
}

/** What is asked for, and what openssl then prints. */
const SHOWN: readonly (readonly [string, CertificateOptions, readonly (RegExp | string)[]])[] = [
  ['version 1', { version: 1 }, ['Version: 1 (0x0)']],
  ['version 2', { version: 2 }, ['Version: 2 (0x1)']],
  ['a CA', { ca: true, pathLength: 3 }, [/Basic Constraints: critical\s+CA:TRUE, pathlen:3/]],
  ['no CA, in words', { ca: false }, [/Basic Constraints: critical\s+CA:FALSE/]],
  [
    'key usages up to the ninth bit',
    { keyUsage: ['keyAgreement', 'decipherOnly'] },
    [/Key Usage: critical\s+Key Agreement, Decipher Only\n/],
  ],
  [
    'purposes',
    { extendedKeyUsage: ['clientAuth', 'anyExtendedKeyUsage', '1.2.3.4'] },
    ['TLS Web Client Authentication, Any Extended Key Usage, 1.2.3.4'],
  ],
  [
    'alternative names of every kind',
    {
      subjectAlternativeNames: [
        { dns: 'a.example' },
        { email: 'a@example.com' },
        { ip: '10.1.2.3' },
        { ip: '2001:db8::1:0:2' },
        { uri: 'urn:x:y' },
        { directory: { O: 'Org' } },
        { registeredId: '1.2.3' },
      ],
    },
    [
      'DNS:a.example, email:a@example.com, IP Address:10.1.2.3, IP Address:2001:DB8:0:0:0:1:0:2',
      /URI:urn:x:y, DirName:\/?O ?= ?Org, Registered ID:1\.2\.3/,
    ],
  ],
  [
    'name constraints',
    {
      nameConstraints: {
        permitted: [{ dns: '.example' }, { ip: '10.0.0.0/9' }],
        excluded: [{ ip: '2001:db8::/33' }],
      },
    },
    [
      /Permitted:\s+DNS:\.example\s+IP:10\.0\.0\.0\/255\.128\.0\.0/,
      /Excluded:\s+IP:2001:DB8:0:0:0:0:0:0\/FFFF:FFFF:8000:0:0:0:0:0/,
    ],
  ],
  [
    'policies',
    {
      policies: [ANY_POLICY, '1.2.3.4'],
      policyMappings: [['1.2.3.4', '1.2.3.5']],
      policyConstraints: { requireExplicitPolicy: 0, inhibitPolicyMapping: 2 },
      inhibitAnyPolicy: 1,
    },
    [
      /Policy: X509v3 Any Policy\s+Policy: 1\.2\.3\.4/,
      '1.2.3.4:1.2.3.5',
      'Require Explicit Policy:0, Inhibit Policy Mapping:2',
      /Inhibit Any Policy: critical\s+1/,
    ],
  ],
  [
    'addresses of CRLs and responders',
    {
      crlDistributionPoints: [
        'http://crl.example/a',
        { crlIssuer: [{ directory: { CN: 'I' } }], reasons: ['keyCompromise'] },
      ],
      authorityInformationAccess: { ocsp: ['http://ocsp.example'], caIssuers: ['http://ca.x'] },
    },
    ['URI:http://crl.example/a', /Key Compromise/, 'OCSP - URI:http://ocsp.example'],
  ],
  ['SHA-1', { signature: { hash: 'sha1' } }, ['ecdsa-with-SHA1']],
  ['MD5', { key: 'rsa2048', signature: { hash: 'md5' } }, ['md5WithRSAEncryption']],
  ['SHA-512', { key: 'p521', signature: { hash: 'sha512' } }, ['ecdsa-with-SHA512']],
  [
    'PSS with an ordinary key',
    { key: 'rsa2048', signature: { pss: true, hash: 'sha384', saltLength: 20 } },
    ['Hash Algorithm: sha384', 'Salt Length: 0x14', 'Public Key Algorithm: rsaEncryption'],
  ],
  ['a PSS key', { key: 'rsa-pss' }, ['Public Key Algorithm: rsassaPss']],
  ['a negative serial number', { serialNumber: -5 }, [/Serial Number:\s+-5 /]],
  [
    'dates beyond 2049',
    {
      notBefore: new Date('2049-12-31T23:59:59Z'),
      notAfter: new Date('9999-12-31T23:59:59Z'),
    },
    ['Not Before: Dec 31 23:59:59 2049 GMT', 'Not After : Dec 31 23:59:59 9999 GMT'],
  ],
  [
    'an unknown critical extension',
    { extraExtensions: [{ oid: '1.2.3.4.5', critical: true, value: der.nullValue() }] },
    ['1.2.3.4.5: critical'],
  ],
]

for (const [title, options, expected] of SHOWN) {
  t.test(`openssl sees ${title}`, { skip }, async (t) => {
    const issued = issueCertificate(options)
    const text = textOf(issued)
    for (const part of expected) t.match(text, part)
    t.ok(issued.x509.verify(issued.publicKey))
  })
}

t.test('names come in every form and string type', async (t) => {
  const forms = [
    { CN: 'Zoë', O: 'Ex' },
    'O=Ex,CN=Zoë',
    [
      { type: '2.5.4.3', value: 'Zoë' },
      { type: 'O', value: 'Ex' },
    ],
    encodeName({ CN: 'Zoë', O: 'Ex' }),
  ]
  for (const subject of forms) {
    t.equal(issueCertificate({ subject }).x509.subject, 'CN=Zoë\nO=Ex')
  }
  for (const stringType of ['utf8', 'bmp', 'teletex', 'universal', 'printable'] as const) {
    t.equal(issueCertificate({ subject: 'Zed', stringType }).x509.subject, 'CN=Zed')
  }
  const multiple = [
    { type: 'UID', value: 'u' },
    { type: 'CN', value: 'c' },
  ]
  t.equal(issueCertificate({ subject: [multiple] }).x509.subject, 'CN=c + UID=u')
  t.throws(() => encodeName({ XX: 'y' }), /unknown attribute type XX/)
})

t.test('a forgery bears the names of the real thing but not its signature', async (t) => {
  const forged = issueCertificate({ issuer: root, signingKey: generateKey('p256') })
  t.ok(forged.x509.checkIssued(root.x509))
  t.notOk(forged.x509.verify(root.publicKey))
  const twin = issueCertificate({ subject: root.subject, ca: true })
  t.equal(twin.x509.subject, root.x509.subject)
  t.notOk(twin.publicKey.equals(root.publicKey))
})

t.test('extensions can be left out, reordered, doubled and replaced', async (t) => {
  const none = issueCertificate({ extensions: 'none' })
  t.equal(none.x509.keyUsage, undefined)
  t.notOk(none.der.includes(der.objectIdentifier('2.5.29.15')))
  const reversed = issueCertificate({ extensions: (made) => made.toReversed() })
  const at = (oid: string) => reversed.der.indexOf(der.objectIdentifier(oid))
  t.ok(at('2.5.29.14') < at('2.5.29.37') && at('2.5.29.37') < at('2.5.29.15'))
  const doubled = issueCertificate({ extensions: (made) => [...made, keyUsage(['cRLSign'])] })
  const oid = der.objectIdentifier('2.5.29.15')
  t.not(doubled.der.indexOf(oid), doubled.der.lastIndexOf(oid))
  const replaced = issueCertificate({ extensions: [basicConstraints(true)] })
  t.equal(replaced.x509.ca, true)
  const leaf = issueCertificate({ issuer: root, authorityKeyIdentifier: null, keyUsage: null })
  t.notOk(leaf.der.includes(der.objectIdentifier('2.5.29.35')))
  t.notOk(leaf.der.includes(oid))
})

t.test('any field can be replaced by raw bytes, and the signature still covers it', async (t) => {
  const serialNumber = der.integerOfOctets(Buffer.alloc(21, 0x11))
  const issued = issueCertificate({ tbs: { serialNumber } })
  t.ok(issued.x509.verify(issued.publicKey))
  t.equal(issued.x509.serialNumber, '11'.repeat(21))
  t.equal(issued.serialNumber.toString('hex'), '11'.repeat(21))
  const outer = issueCertificate({ outerAlgorithm: ecdsaAlgorithm('sha512') })
  t.ok(outer.der.includes(ecdsaAlgorithm('sha512')))
  t.ok(outer.der.includes(ecdsaAlgorithm('sha256')))
  const trailing = issueCertificate({ trailingBytes: Buffer.from([0, 0]) })
  t.equal(trailing.der.readUInt16BE(2) + 4, trailing.der.length - 2)
  const cut = issueCertificate({ transform: (whole) => whole.subarray(0, -1) })
  t.throws(() => new X509Certificate(cut.der))
})

t.test('openssl verify finds the path of a client, and its faults', { skip }, async (t) => {
  const folder = t.testdir({})
  const save = (name: string, text: string) => {
    const file = join(folder, name)
    writeFileSync(file, text)
    return file
  }
  const anchors = ['-CAfile', save('root.pem', root.pem)]
  const verify = (leaf: Issued) => {
    const chain = ['-untrusted', save('chain.pem', leaf.chainPem)]
    const args = ['verify', '-purpose', 'sslclient', '-x509_strict', ...anchors, ...chain]
    const { stdout, stderr } = spawnSync('openssl', [...args, save('leaf.pem', leaf.pem)])
    return `${stdout}${stderr}`
  }
  const past = new Date(Date.now() - 1000)
  const sub = issueCertificate({ subject: 'sub', ca: true, issuer: intermediate })
  t.match(verify(pki.client()), /: OK/)
  t.match(verify(pki.client({ notAfter: past })), 'certificate has expired')
  t.match(verify(pki.client({ flipSignatureBit: 99 })), 'signature failure')
  t.match(verify(pki.server('a.example')), /unsuitable certificate purpose/i)
  t.match(verify(pki.client({ issuer: sub })), 'path length constraint exceeded')
  t.match(verify(pki.selfSignedClient()), /self-signed certificate/)
})

t.test('RSA keys are shared among leaves, never with a certificate above or a CA', async (t) => {
  const first = pki.client({ key: 'rsa2048' })
  const second = pki.client({ key: 'rsa2048' })
  t.ok(first.publicKey.equals(second.publicKey))
  t.notOk(pki.client({ key: 'rsa2048', freshKey: true }).publicKey.equals(first.publicKey))
  const below = pki.client({ key: 'rsa2048', issuer: first })
  t.notOk(below.publicKey.equals(first.publicKey))
  const ca = issueCertificate({ ca: true, key: 'rsa2048', issuer: root })
  t.notOk(ca.publicKey.equals(first.publicKey))
  t.notOk(pki.selfSignedClient({ key: 'rsa2048' }).publicKey.equals(first.publicKey))
})

t.test('the chain that a client sends ends below the root', async (t) => {
  const leaf = pki.client()
  t.strictSame(leaf.chain, [leaf, intermediate, root])
  t.equal(leaf.chainPem, leaf.pem + intermediate.pem)
  t.equal(pki.selfSignedClient().chainPem.match(/BEGIN/g)?.length, 1)
})
