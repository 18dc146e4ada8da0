import { X509Certificate } from 'node:crypto'
import {
  CertificateError,
  checkCrlSignatureInSteps,
  createCertificateCache,
  readCertificate,
  readCrl,
  readCrlInSteps,
  validatePath,
} from '@mtls-edge/path-validation'
import { bulkSerialNumber, issueCertificate, issueCrl, type KeyKind } from '@mtls-edge/testkit'
import t from 'tap'

/** Runs steps to their end: how many there were, and what came of them. */
function drive<T>(steps: Generator<undefined, T>): { readonly count: number; readonly value: T } {
  for (let count = 1; ; count++) {
    const { done, value } = steps.next()
    if (done === true) return { count, value }
  }
}

t.test('gives the same certificate for the same bytes, and forgets the oldest', async (t) => {
  const cache = createCertificateCache(2)
  const [a, b, c] = ['a', 'b', 'c'].map((subject) => issueCertificate({ subject }).der)
  if (!a || !b || !c) throw new Error('three certificates')
  const [first, second] = [cache.read(a), cache.read(b)]
  t.equal(cache.read(Buffer.from(a)), first)
  cache.read(c)
  t.equal(cache.read(a), first, 'what was asked for again stays')
  t.not(cache.read(b), second, 'what was not is read anew')
  t.throws(() => cache.read(a.subarray(1)), CertificateError)
})

t.test('keeps its own copy of the bytes', async (t) => {
  const der = Buffer.from(issueCertificate().der)
  const { thumbprint, ...certificate } = readCertificate(der)
  der.fill(0)
  t.equal(
    new X509Certificate(certificate.der).fingerprint256.replaceAll(':', '').toLowerCase(),
    thumbprint,
  )
})

t.test('reads a large CRL in steps, and finds every entry', async (t) => {
  const issuer = issueCertificate({ subject: 'ca', ca: true })
  const { der } = issueCrl({ issuer, bulk: 30_000 })
  const { count, value: crl } = drive(readCrlInSteps(der, 1000))
  t.ok(count >= 60, `${count} steps`)
  t.equal(crl.entries.size, 30_000)
  const found = (index: number) =>
    crl.entries.find(crl.issuer.normalized, bulkSerialNumber(index).toString('hex')) !== null
  t.ok(Array.from({ length: 30_000 }, (_, index) => index).every(found))
  t.equal(found(30_000), false)
})

t.test('keeps the entries of several issuers apart', async (t) => {
  const issuer = issueCertificate({ subject: 'helper', ca: true })
  const revoked = Array.from({ length: 300 }, (_, i) => ({
    serialNumber: i + 1,
    ...(i % 100 === 0 ? { certificateIssuer: [{ directory: `CN=ca ${i / 100}` }] } : {}),
  }))
  const crl = readCrl(
    issueCrl({ issuer, revoked, issuingDistributionPoint: { indirectCrl: true } }).der,
  )
  const names = ['helper', 'ca 0', 'ca 1', 'ca 2', 'ca 3']
  const held = (serial: string) =>
    names.filter((name) => crl.entries.find(`2.5.4.3=${name}`, serial))
  t.same(held('01'), ['ca 0'])
  t.same(held('64'), ['ca 0'])
  t.same(held('65'), ['ca 1'])
  t.same(held('012c'), ['ca 2'])
  t.same(held('012d'), [])
})

t.test("checks a CRL's signature in steps ahead of the verdict", async (t) => {
  const cases: readonly (readonly [KeyKind, boolean])[] = [
    ['p256', false],
    ['rsa2048', false],
    ['rsa2048', true],
    ['ed25519', false],
  ]
  for (const [key, pss] of cases) {
    const issuer = issueCertificate({ subject: 'ca', ca: true, key })
    const signer = readCertificate(issuer.der)
    const other = readCertificate(issueCertificate({ subject: 'ca', ca: true, key }).der)
    const rsa = readCertificate(issueCertificate({ subject: 'ca', ca: true, key: 'p384' }).der)
    const { der } = issueCrl({ issuer, bulk: 60_000, signature: { pss } })
    const crl = readCrl(der)
    const checked = drive(checkCrlSignatureInSteps(crl, signer))
    t.equal(checked.value, true, `${key}: by its signer`)
    // Ed25519 wants all of the message at once.
    t.equal(checked.count > 1, key !== 'ed25519', `${key}: in steps`)
    t.same(drive(checkCrlSignatureInSteps(crl, signer)), { count: 1, value: true }, 'from memory')
    t.equal(drive(checkCrlSignatureInSteps(crl, other)).value, false, `${key}: by another key`)
    t.equal(
      drive(checkCrlSignatureInSteps(crl, rsa)).value,
      false,
      `${key}: by another kind of key`,
    )
    const leaf = readCertificate(issueCertificate({ issuer }).der)
    const input = { leaf, pool: [], intermediates: [], trustAnchors: [signer], at: new Date() }
    const limits = { maxSignatureChecks: 1 }
    const revocation = { mode: 'require', crls: [crl] } as const
    const verdict = validatePath({ ...input, purpose: 'clientAuth', limits, revocation })
    t.match(verdict, { valid: true, revocation: 'good' }, 'the verdict checks the leaf alone')
  }
})
