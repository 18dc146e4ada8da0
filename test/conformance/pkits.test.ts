import { existsSync, readFileSync } from 'node:fs'
import {
  type Certificate,
  CertificateError,
  type Crl,
  CrlError,
  type PathReason,
  type PathVerdict,
  readCertificate,
  readCrl,
  validatePath,
} from '@mtls-edge/path-validation'
import t from 'tap'

// The vectors stand beside the repository, not in it.
const PKITS = new URL('../../../shared/pkits/', import.meta.url)

interface Vector {
  readonly id: string
  readonly section: string
  readonly leaf: string
  readonly trustAnchor: string
  readonly intermediates: readonly string[]
  readonly crls: readonly string[]
  readonly time: string
  readonly initialPolicySet: readonly string[]
  readonly initialExplicitPolicy: boolean
  readonly initialPolicyMappingInhibit: boolean
  readonly initialAnyPolicyInhibit: boolean
  readonly expected: 'valid' | 'invalid'
}

/** PKITS 4.1.5 wants DSA parameters inherited from the issuer, which OpenSSL 3 doesn't do either. */
const LEFT_OUT: readonly string[] = ['4.1.5']

/** What the tests of each section are about: a refusal for another reason would be luck. */
const REASONS: Readonly<Record<string, readonly PathReason[]>> = {
  '4.1': ['bad_signature', 'untrusted_issuer', 'malformed_certificate'],
  '4.2': ['not_yet_valid', 'expired'],
  '4.3': ['untrusted_issuer'],
  '4.4': ['revoked', 'revocation_unknown'],
  '4.5': ['revoked', 'not_a_ca'],
  '4.6': ['not_a_ca', 'path_length_exceeded'],
  '4.7': ['wrong_key_usage', 'revocation_unknown'],
  '4.8': ['policy_violation'],
  '4.9': ['policy_violation'],
  '4.10': ['policy_violation'],
  '4.11': ['policy_violation'],
  '4.12': ['policy_violation'],
  '4.13': ['name_constraint_violation'],
  '4.14': ['revoked', 'revocation_unknown'],
  '4.15': ['revoked', 'revocation_unknown'],
  '4.16': ['unknown_critical_extension'],
}

/** Counts of others on the same vectors, from the README of the vectors: right of 249, wrongly accepted. */
const OTHERS: readonly (readonly [name: string, right: string, accepted: string])[] = [
  ['openssl verify, strictest flags', '245 to 247', ''],
  ['PKI.js 4.0.0', '204', '22'],
  ["OpenSSL as Node's TLS uses it", '189', '46'],
  ['GnuTLS', '165', '52'],
  ['Go 1.19', '146', '58'],
]

/** Reads what can be read; PKITS hands damaged certificates and CRLs in, which are as good as not there. */
function readAll<T>(names: readonly string[], read: (name: string) => T): readonly T[] {
  return names.flatMap((name) => {
    try {
      return [read(name)]
    } catch (error) {
      if (error instanceof CertificateError || error instanceof CrlError) return []
      throw error
    }
  })
}

const certificate = (name: string): Certificate =>
  readCertificate(readFileSync(new URL(`certs/${name}.crt`, PKITS)), {
    allowOddSerialNumbers: true,
  })
const crl = (name: string): Crl => readCrl(readFileSync(new URL(`crls/${name}.crl`, PKITS)))

/** Decides one test. A few of PKITS use DSA with SHA-1, and its leaves are for no purpose of TLS. */
function decide(vector: Vector): PathVerdict {
  try {
    return validatePath({
      leaf: certificate(vector.leaf),
      pool: readAll(vector.intermediates, certificate),
      intermediates: [],
      trustAnchors: [certificate(vector.trustAnchor)],
      at: new Date(vector.time),
      purpose: 'any',
      algorithms: { dangerouslyAllowSha1: true, dangerouslyAllowDsa: true },
      policies: {
        initialPolicySet: vector.initialPolicySet,
        requireExplicitPolicy: vector.initialExplicitPolicy,
        inhibitPolicyMapping: vector.initialPolicyMappingInhibit,
        inhibitAnyPolicy: vector.initialAnyPolicyInhibit,
      },
      revocation: { mode: 'require', crls: readAll(vector.crls, crl) },
    })
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    return { valid: false, reason: error.reason, detail: error.message, trace: [] }
  }
}

function readVectors(): readonly Vector[] {
  const file: { readonly tests: readonly Vector[] } = JSON.parse(
    readFileSync(new URL('vectors.json', PKITS), 'utf8'),
  )
  return file.tests
}

const reasonToSkip = existsSync(new URL('vectors.json', PKITS))
  ? false
  : 'the PKITS vectors are not beside the repository (../shared/pkits)'

t.test(
  'decides 248 of the 249 tests of NIST PKITS as it says',
  { skip: reasonToSkip },
  async (t) => {
    const vectors = readVectors()
    t.equal(vectors.length, 249)
    let right = 0
    let accepted = 0
    for (const vector of vectors) {
      const verdict = decide(vector)
      const isRight = verdict.valid === (vector.expected === 'valid')
      right += isRight ? 1 : 0
      accepted += verdict.valid && !isRight ? 1 : 0
      if (LEFT_OUT.includes(vector.id)) continue
      t.equal(verdict.valid, vector.expected === 'valid', `${vector.id}: ${vector.expected}`)
      if (verdict.valid) continue
      t.ok(REASONS[vector.section]?.includes(verdict.reason), `${vector.id}: ${verdict.reason}`)
    }
    t.equal(right, 248)
    t.equal(accepted, 0, 'accepts nothing that PKITS refuses')
    t.comment('PKITS 1.0.1, 249 tests: right, wrongly accepted')
    for (const [name, theirs, wrongly] of [['mtls-edge', `${right}`, `${accepted}`], ...OTHERS]) {
      t.comment(`  ${name?.padEnd(32)} ${theirs?.padStart(10)} ${wrongly?.padStart(4)}`)
    }
  },
)

t.test('refuses the DSA tests of PKITS without the switches', { skip: reasonToSkip }, async (t) => {
  const vector = readVectors().find(({ id }) => id === '4.1.4')
  if (vector === undefined) throw new Error('PKITS 4.1.4 is missing')
  const verdict = validatePath({
    leaf: certificate(vector.leaf),
    pool: vector.intermediates.map(certificate),
    intermediates: [],
    trustAnchors: [certificate(vector.trustAnchor)],
    at: new Date(vector.time),
    purpose: 'any',
  })
  t.equal(verdict.valid ? 'valid' : verdict.reason, 'weak_key')
})
