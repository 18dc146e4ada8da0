import { X509Certificate } from 'node:crypto'
import { createPki, issueCertificate, type KeyKind } from '@mtls-edge/testkit'
import t from 'tap'

const KINDS: readonly KeyKind[] = [
  'p256',
  'p384',
  'p521',
  'secp256k1',
  'rsa1024',
  'rsa2048',
  'rsa3072',
  'rsa-pss',
  'ed25519',
  'ed448',
]

t.test('a chain of root, intermediate and leaf verifies link by link', async (t) => {
  const { root, intermediate, client, server } = createPki()
  const leaf = client({ subject: { CN: 'client-1', O: 'Example' } })
  t.ok(root.x509.verify(root.publicKey))
  t.ok(intermediate.x509.verify(root.publicKey))
  t.ok(leaf.x509.verify(intermediate.publicKey))
  t.notOk(leaf.x509.verify(root.publicKey))
  t.ok(intermediate.x509.checkIssued(root.x509))
  t.ok(leaf.x509.checkIssued(intermediate.x509))
  t.equal(leaf.x509.subject, 'CN=client-1\nO=Example')
  t.equal(root.x509.ca, true)
  t.equal(leaf.x509.ca, false)
  t.strictSame(leaf.x509.keyUsage, ['1.3.6.1.5.5.7.3.2'])
  t.equal(server(['a.example', '127.0.0.1']).x509.checkHost('a.example'), 'a.example')
  t.equal(server(['a.example', '127.0.0.1']).x509.checkIP('127.0.0.1'), '127.0.0.1')
})

t.test('what an issued certificate says of itself is what its bytes say', async (t) => {
  const issued = issueCertificate({ subject: 'client', serialNumber: 0x1234n })
  const read = new X509Certificate(issued.pem)
  t.equal(read.fingerprint256.replaceAll(':', '').toLowerCase(), issued.thumbprint)
  t.equal(Buffer.from(issued.thumbprintBase64url, 'base64url').toString('hex'), issued.thumbprint)
  t.equal(read.serialNumber, '1234')
  t.equal(issued.serialNumber.toString('hex'), '1234')
  t.ok(read.checkPrivateKey(issued.privateKey))
  t.match(issued.keyPem, /^-----BEGIN PRIVATE KEY-----\n/)
})

for (const key of KINDS) {
  t.test(`a ${key} key makes a certificate that its own key verifies`, async (t) => {
    const issued = issueCertificate({ key })
    t.ok(issued.x509.verify(issued.publicKey))
    t.ok(issueCertificate({ key: 'p256', issuer: issued }).x509.verify(issued.publicKey))
    const spoilt = issueCertificate({ key: issued, flipSignatureBit: 77 })
    t.equal(verifies(spoilt.x509, issued.x509), false)
  })
}

function verifies(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.verify(issuer.publicKey)
  } catch {
    return false
  }
}
