import { generateKeyPairSync } from 'node:crypto'
import {
  checkCrlSignatureInSteps,
  findWeakness,
  isSignedByItself,
  type PathReason,
  readCertificate,
  readCrl,
} from '@mtls-edge/path-validation'
import {
  type CertificateOptions,
  der,
  generateKey,
  issueCertificate,
  issueCrl,
  type KeyKind,
} from '@mtls-edge/testkit'
import t from 'tap'
import { type Chain, decide } from './chain-fixture.ts'
import { ec, oid, point, rsa, rsaKey, sequence, spki } from './encoding-fixture.ts'

t.test('accepts the algorithms to trust, and none else', async (t) => {
  const keys: readonly (readonly [KeyKind, PathReason | 'valid'])[] = [
    ['p256', 'valid'],
    ['p384', 'valid'],
    ['p521', 'valid'],
    ['ed25519', 'valid'],
    ['rsa2048', 'valid'],
    ['rsa-pss', 'valid'],
    ['rsa2047', 'weak_key'],
    ['rsa1024', 'weak_key'],
    ['secp256k1', 'weak_key'],
    ['p224', 'weak_key'],
    ['brainpoolP256r1', 'weak_key'],
    ['ed448', 'weak_key'],
  ]
  for (const [key, verdict] of keys) {
    t.equal(decide({ leaf: { key } }), verdict, `${key} in the leaf`)
    const chain = { intermediate: { key } }
    // Of an issuer with an algorithm that isn't trusted at all, the leaf's signature is what is seen first.
    t.equal(
      decide(chain),
      key === 'ed448' ? 'weak_signature' : verdict,
      `${key} in the intermediate`,
    )
  }
  t.equal(decide({ leaf: { key: 'dsa1024' } }), 'weak_key')
  t.equal(
    decide({ leaf: { key: 'dsa1024' } }, { algorithms: { dangerouslyAllowDsa: true } }),
    'valid',
  )
  const byDsa: Chain = { intermediate: { key: 'dsa1024' } }
  t.equal(decide(byDsa), 'weak_signature')
  t.equal(decide(byDsa, { algorithms: { dangerouslyAllowDsa: true } }), 'valid')
  const old: Chain = { leaf: { signature: { hash: 'sha1' } } }
  t.equal(decide(old, { algorithms: { dangerouslyAllowSha1: true } }), 'valid')
  const older: Chain = {
    leaf: { key: 'rsa2048', signature: { hash: 'md5' } },
    intermediate: { key: 'rsa2048' },
  }
  t.equal(decide(older, { algorithms: { dangerouslyAllowSha1: true } }), 'weak_signature')
})

t.test('takes no PKCS #1 signature by a key that says it is for PSS', async (t) => {
  // RFC 4055 section 1.2: such a key MUST be used with RSASSA-PSS only.
  const key = generateKey('rsa2048')
  const [, bits = Buffer.alloc(0)] = der.elementsOf(
    key.publicKey.export({ format: 'der', type: 'spki' }),
  )
  const { tbs = {} } = spki(sequence(oid('1.2.840.113549.1.1.10')), der.contentOf(bits).subarray(1))
  const chain = (pss: boolean): Chain => ({
    intermediate: { key, tbs },
    leaf: { signingKey: key, signature: { pss } },
  })
  t.equal(decide(chain(true)), 'valid')
  t.equal(decide(chain(false)), 'bad_signature')
})

/** A key for PSS with SHA-256 alone. */
const restricted = () => {
  const hashes = { hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256' }
  return generateKeyPairSync('rsa-pss', { modulusLength: 2048, ...hashes })
}

t.test('takes no signature by a hash that the key of its CA forbids', async (t) => {
  // The attack: OpenSSL throws where a key for PSS with SHA-256 is asked about SHA-512, and what throws is not verified.
  const key = restricted()
  const chain = (leaf: CertificateOptions): Chain => ({ intermediate: { key }, leaf })
  t.equal(decide(chain({ signature: { hash: 'sha256' } })), 'valid')
  const signingKey = generateKey('rsa2048')
  const forged = { signingKey, signature: { hash: 'sha512', pss: true } } as const
  t.equal(decide(chain(forged)), 'bad_signature')
  // The same for a list, whose signature may be checked ahead of the verdict.
  const issuer = issueCertificate({ subject: 'ca', ca: true, key })
  const list = readCrl(issueCrl({ issuer, ...forged }).der)
  const steps = checkCrlSignatureInSteps(list, readCertificate(issuer.der))
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  t.equal(step.value, false)
})

t.test('takes no signature by a key that can not be one, or is too large', async (t) => {
  // 8200 bits, and a point that is not on its curve.
  const large = spki(
    rsa,
    rsaKey(Buffer.concat([Buffer.of(0), Buffer.alloc(1025, 0xc1)]), Buffer.of(3)),
  )
  const cases: readonly (readonly [CertificateOptions, PathReason])[] = [
    [{ key: 'rsa2048', ...large }, 'budget_exceeded'],
    [{ key: 'p256', ...spki(ec, point) }, 'bad_signature'],
  ]
  for (const [options, reason] of cases) {
    t.equal(isSignedByItself(readCertificate(issueCertificate(options).der)), false)
    t.equal(decide({ intermediate: options }), reason)
  }
})

t.test('says what is weak about a certificate that is on no path', async (t) => {
  const weaknessOf = (options: CertificateOptions, isRoot?: boolean) => {
    const certificate = readCertificate(issueCertificate(options).der)
    return findWeakness(certificate, isRoot === undefined ? {} : { isRoot })?.reason ?? null
  }
  const bySha1 = { signature: { hash: 'sha1' } } as const
  t.equal(weaknessOf({}), null)
  t.equal(weaknessOf({ key: 'rsa1024' }), 'weak_key')
  t.equal(weaknessOf({ key: 'rsa1024' }, true), 'weak_key')
  t.equal(weaknessOf(bySha1), 'weak_signature')
  t.equal(weaknessOf(bySha1, false), 'weak_signature')
  t.equal(weaknessOf(bySha1, true), null, 'nobody relies on the signature of a root')
})
