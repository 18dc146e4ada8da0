import { issueCertificate } from '@mtls-edge/testkit'
import t from 'tap'
import { byHelper, crl, hours, indirect, root, told, unknown } from './crl-fixture.ts'

// The attack: whoever got hold of a key that may sign lists no longer (its certificate has expired, is too weak to be
// trusted, or says of itself what nobody here understands) keeps on saying that a revoked certificate is good.
t.test('nobody signs lists whose own certificate would be refused', async (t) => {
  const helperWith = (options: Parameters<typeof issueCertificate>[0]) =>
    issueCertificate({
      subject: 'crl helper',
      issuer: root,
      keyUsage: ['cRLSign'],
      extendedKeyUsage: null,
      ...options,
    })
  const cases = [
    ['a certificate that holds', {}, 'good'],
    ['an expired one', { notAfter: hours(-1) }, 'revocation_unknown'],
    ['one of tomorrow', { notBefore: hours(20) }, 'revocation_unknown'],
    ['a weak key', { key: 'rsa1024' }, 'revocation_unknown'],
    ['a weak signature', { signature: { hash: 'sha1' } }, 'revocation_unknown'],
    [
      'a key that may sign something else',
      { keyUsage: ['digitalSignature'] },
      'revocation_unknown',
    ],
    ['a key of which nothing is said', { keyUsage: null }, 'good'],
    ['an unknown critical extension', { extraExtensions: unknown(true) }, 'revocation_unknown'],
  ] as const
  for (const [title, options, verdict] of cases) {
    const helper = helperWith(options)
    const crls = () => [byHelper({ issuer: helper })]
    t.equal(told({ leaf: indirect, crls, pool: [helper] }), verdict, title)
  }
})

// The attack: one CA of the hierarchy signs a list in the name of another one, and so says that what that one revoked is good.
t.test('no other CA of the hierarchy signs a list in the name of the CA', async (t) => {
  const other = issueCertificate({ subject: 'other ca', ca: true, issuer: root })
  t.equal(
    told({ crls: () => [crl({ issuer: other, issuerName: 'ca' })], pool: [other] }),
    'revocation_unknown',
  )
  t.equal(told({ crls: () => [crl({ issuer: root, issuerName: 'ca' })] }), 'revocation_unknown')
})
