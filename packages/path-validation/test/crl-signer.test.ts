import { type Issued, issueCertificate, issueCrl } from '@mtls-edge/testkit'
import t from 'tap'
import { byHelper, crl, hours, indirect, place, root, told, unknown } from './crl-fixture.ts'

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

// The attack: two signers of lists were revoked, each one's certificate names the other one as who says so, and whoever stole both
// keys lets them vouch for each other.
t.test('two signers of lists do not vouch for each other', async (t) => {
  const signerBy = (name: string, other: string) =>
    issueCertificate({
      subject: name,
      issuer: root,
      keyUsage: ['cRLSign'],
      extendedKeyUsage: null,
      crlDistributionPoints: [{ ...place(`http://x/${other}`), crlIssuer: [{ directory: other }] }],
    })
  const one = signerBy('one', 'two')
  const two = signerBy('two', 'one')
  const listBy = (issuer: Issued, name: string) =>
    crl({ issuer, issuingDistributionPoint: { ...place(`http://x/${name}`), indirectCrl: true } })
  const leaf = {
    crlDistributionPoints: [{ ...place('http://x/one'), crlIssuer: [{ directory: 'one' }] }],
  }
  const asked = {
    leaf,
    crls: () => [listBy(one, 'one'), listBy(two, 'two')],
    pool: [one, two],
  }
  const ofCas = issueCrl({ issuer: root, issuingDistributionPoint: { onlyContainsCaCerts: true } })
  const ofAll = issueCrl({ issuer: root })
  t.equal(told({ ...asked, rootCrls: [ofAll.der] }), 'good', 'where the root says so of both')
  t.equal(told({ ...asked, rootCrls: [ofCas.der] }), 'revocation_unknown', 'where nobody else does')
})

t.test('each signature of a list that is checked counts', async (t) => {
  // The attack: lists and signers of one name without end, each pair a signature to check.
  const asked = { crls: () => [crl()] }
  t.equal(told({ ...asked, limits: { maxSignatureChecks: 4 } }), 'good')
  t.equal(told({ ...asked, limits: { maxSignatureChecks: 3 } }), 'budget_exceeded')
})
