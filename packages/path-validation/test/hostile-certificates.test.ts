/**
 * The attack: a client needs no certificate that anybody trusts to have it read and judged, and chooses all of its bytes, a hundred
 * thousand of them. `node test/bench/hostile.ts` says what each kind costs; here stands that it is refused, and why.
 */
import {
  checkSelfSigned,
  isSignedByItself,
  readCertificate,
  validatePath,
} from '@mtls-edge/path-validation'
import { createPki, der, issueCertificate } from '@mtls-edge/testkit'
import t from 'tap'
import { hostileKinds } from './hostile/kinds.ts'
import { readPool } from './read-pool.ts'

const pki = createPki()
const kinds = hostileKinds(pki)
const trustAnchors = [readCertificate(pki.root.der)]
const intermediates = [readCertificate(pki.intermediate.der)]
const at = new Date()

/** By kind: why it can't be read, or `valid`, or the reason why there is no path. */
const EXPECTED: Readonly<Record<string, RegExp | string>> = {
  'DNS names of a letter': /too many names/,
  addresses: /too many names/,
  'addresses of IPv6': /too many names/,
  'directory names': /too many names/,
  'empty directory names': /too many names/,
  'numbers as names': /too many names/,
  'numbers of 64 bytes as names': 'valid',
  'other names': /too many names/,
  'a directory name of many parts': 'valid',
  'a subject of many parts': 'valid',
  'a subject of accents to be put in order': 'valid',
  'unknown extensions': 'valid',
  'one extension over and over': /it stands there twice/,
  purposes: 'wrong_purpose',
  'short purposes': 'wrong_purpose',
  policies: 'valid',
  'SEQUENCEs in one another in an extension': 'valid',
  'SEQUENCEs in one another as alternative names': /SAN: a form of name that does not exist/,
  'SEQUENCEs in one another as a subject': /subject/,
  'an object identifier of 97 kB': /not an object identifier/,
  'a serial number of 97 kB': /serial number/,
  'a signature of 97 kB': 'bad_signature',
  'constraints on many names': 'budget_exceeded',
  'constraints on a great many names': 'untrusted_issuer',
  'an RSA key of 16384 bits': 'valid',
  'an RSA key of 16384 bits that seems to sign itself': 'untrusted_issuer',
  'an RSA key of 700000 bits': 'valid',
  'an RSA key whose exponent is as long as its modulus':
    /an RSA exponent that is made to cost time/,
  'CAs with RSA keys of 16384 bits': 'budget_exceeded',
  'CAs with P-521 keys': 'budget_exceeded',
  'CAs with P-384 keys that certify one another': 'budget_exceeded',
}

for (const [kind, expected] of Object.entries(EXPECTED)) {
  t.test(`${kind}: ${typeof expected === 'string' ? expected : 'malformed'}`, async (t) => {
    const presented = kinds[kind]?.(1)
    if (presented === undefined) throw new Error('no such kind')
    if (typeof expected !== 'string') {
      t.throws(() => readCertificate(presented.leaf), {
        name: 'CertificateError',
        reason: 'malformed_certificate',
        message: expected,
      })
      return
    }
    const leaf = readCertificate(presented.leaf)
    t.equal(isSignedByItself(leaf), false)
    const pool = readPool(presented.pool)
    const verdict = validatePath({
      leaf,
      pool,
      trustAnchors,
      intermediates,
      at,
      purpose: 'clientAuth',
    })
    t.equal(verdict.valid ? 'valid' : verdict.reason, expected)
  })
}

t.test('a certificate of more than 100 kB is not read', async (t) => {
  const value = Buffer.alloc(100_000)
  const extraExtensions = [{ oid: '1.3.6.1.4.1.99999.1', critical: false, value }]
  t.throws(() => readCertificate(issueCertificate({ extraExtensions }).der), /too large/)
})

t.test('a key of 16384 bits is not asked whether it has signed itself', async (t) => {
  const presented = kinds['an RSA key of 16384 bits that seems to sign itself']?.(2)
  const leaf = readCertificate(presented?.leaf ?? new Uint8Array())
  const verdict = checkSelfSigned({ leaf, at, trustAnchors, intermediates })
  t.match(verdict, { valid: false, reason: 'budget_exceeded' })
})

t.test('marks upon a letter are put in order, but not without end', async (t) => {
  const subjectOf = (text: string): string => {
    const value = der.characterString('utf8', text)
    const attribute = der.sequence(der.objectIdentifier('2.5.4.3'), value)
    const subject = der.sequence(der.set(attribute))
    return readCertificate(issueCertificate({ subject }).der).subject.normalized
  }
  const [above, below] = ['\u0301', '\u0316']
  const few = (pair: string): string => subjectOf(`a${pair.repeat(15)}`)
  t.equal(few(above + below), few(below + above), 'the same name')
  t.not(subjectOf(`a${above}`), subjectOf(`a${below}`))
  // In order, all marks of one kind would stand together.
  const endless: readonly (readonly [title: string, pair: string])[] = [
    ['of two kinds', above + below],
    ['with what is no mark and becomes one', `\uff9e${above}`],
  ]
  for (const [title, pair] of endless)
    t.equal(subjectOf(`b${pair.repeat(20)}`), `2.5.4.3=b${pair.repeat(20)}`, title)
  const joined = subjectOf(`b${`${above}\u200d${below}\u200d`.repeat(20)}`)
  t.equal(joined, `2.5.4.3=b${(above + below).repeat(20)}`, 'with what is taken out between them')
})
