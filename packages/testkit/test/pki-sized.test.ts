import {
  createPki,
  encodedSizeOf,
  issueCertificateOfEncodedSize,
  type KeyKind,
} from '@mtls-edge/testkit'
import t from 'tap'

const pki = createPki()

for (const key of ['p256', 'p384', 'rsa2048', 'rsa4096', 'ed25519'] satisfies KeyKind[]) {
  t.test(`a ${key} certificate comes out at exactly the encoded size asked for`, async (t) => {
    for (const size of [4095, 4096, 4097]) {
      const selfSigned = issueCertificateOfEncodedSize(size, { key })
      t.equal(encodeURIComponent(selfSigned.pem).length, size)
      t.ok(selfSigned.x509.verify(selfSigned.publicKey))
      const byCa = issueCertificateOfEncodedSize(size, { key, issuer: pki.intermediate })
      t.equal(encodeURIComponent(byCa.pem).length, size)
      t.ok(byCa.x509.verify(pki.intermediate.publicKey))
    }
  })
}

t.test('every size in a row can be had, and quickly', async (t) => {
  const start = performance.now()
  for (let size = 1500; size < 1700; size += 1) {
    t.equal(encodedSizeOf(issueCertificateOfEncodedSize(size).pem), size)
  }
  const each = (performance.now() - start) / 200
  t.ok(each < 500, `${each.toFixed(1)} ms each`)
})

t.test('another encoding can be measured', async (t) => {
  const withoutNewline = (pem: string) => encodeURIComponent(pem.trimEnd()).length
  const issued = issueCertificateOfEncodedSize(4096, {}, withoutNewline)
  t.equal(encodeURIComponent(issued.pem).length, 4099)
})

t.test('a size that no certificate has is an error', async (t) => {
  t.throws(() => issueCertificateOfEncodedSize(500), /no such certificate fits into 500/)
})
