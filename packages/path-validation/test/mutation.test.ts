import {
  CertificateError,
  CrlError,
  readCertificate,
  readCrl,
  validatePath,
} from '@mtls-edge/path-validation'
import { issueCertificate, issueCrl } from '@mtls-edge/testkit'
import fc from 'fast-check'
import t from 'tap'

/**
 * How many mutations each test makes. One million were made once (1,020,000: six times 170,000, in 362 s on two busy cores): nothing
 * but our own errors was thrown, no verdict took a second, and no refused chain was accepted.
 *
 * Again: MUTATIONS=170000 TAP_TIMEOUT=3000 node packages/path-validation/test/mutation.test.ts
 */
const { MUTATIONS = '2000' } = process.env
const RUNS = Number(MUTATIONS)
/** A verdict takes a millisecond or two; what takes a second has run away. */
const MAX_MILLISECONDS = 1000

interface Mutation {
  readonly kind: 'set' | 'flip' | 'cut' | 'insert' | 'repeat' | 'end'
  readonly at: number
  readonly value: number
}

const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('set', 'flip', 'cut', 'insert', 'repeat', 'end'),
    at: fc.nat(1 << 16),
    // Bytes that mean something in DER come more often.
    value: fc.oneof(
      fc.nat(255),
      fc.constantFrom(0, 1, 2, 3, 5, 6, 0x30, 0x31, 0x7f, 0x80, 0x82, 0xa0, 0xa3, 0xff),
    ),
  }),
  { minLength: 1, maxLength: 4 },
)

function mutate(der: Uint8Array, list: readonly Mutation[]): Uint8Array {
  let bytes = [...der]
  for (const { kind, at, value } of list) {
    const place = at % Math.max(1, bytes.length)
    if (kind === 'set') bytes[place] = value
    else if (kind === 'flip') bytes[place] = (bytes[place] ?? 0) ^ (1 << (value & 7))
    else if (kind === 'cut') bytes.splice(place, 1 + (value & 15))
    else if (kind === 'insert') bytes.splice(place, 0, value)
    else if (kind === 'repeat') bytes.splice(place, 0, ...bytes.slice(place, place + (value & 63)))
    else bytes = bytes.slice(0, place)
  }
  return Uint8Array.from(bytes)
}

const policy = '1.3.6.1.4.1.99999.1'
const root = issueCertificate({ subject: 'root', ca: true })
const ca = issueCertificate({
  subject: 'ca',
  ca: true,
  issuer: root,
  pathLength: 0,
  policies: [policy],
  policyConstraints: { requireExplicitPolicy: 0 },
  nameConstraints: { permitted: [{ dns: 'bank.example' }], excluded: [{ ip: '192.0.2.0/24' }] },
})
const leaf = issueCertificate({
  issuer: ca,
  policies: [policy],
  subjectAlternativeNames: [{ dns: 'a.bank.example' }],
  crlDistributionPoints: ['http://crl.bank.example/1'],
  authorityInformationAccess: { ocsp: ['http://ocsp.bank.example'] },
})
const outside = issueCertificate({
  issuer: ca,
  policies: [policy],
  subjectAlternativeNames: [{ dns: 'evil.example' }],
})
const lists = [
  issueCrl({ issuer: root }).der,
  issueCrl({
    issuer: ca,
    revoked: [{ serialNumber: leaf, reason: 'keyCompromise' }, { serialNumber: 7 }],
  }).der,
] as const
const at = new Date()

/** Reads what can be read, as a server would: what can't is not there. Any error but our own fails the test. */
function readOrDrop<T>(read: () => T): readonly T[] {
  try {
    return [read()]
  } catch (error) {
    if (error instanceof CertificateError || error instanceof CrlError) return []
    throw error
  }
}

interface Presented {
  readonly leaf: Uint8Array
  readonly ca?: Uint8Array
  readonly crls?: readonly Uint8Array[]
}

function isAccepted({ leaf: presented, ca: issuer = ca.der, crls }: Presented): boolean {
  const start = performance.now()
  const [read] = readOrDrop(() => readCertificate(presented))
  if (read === undefined) return false
  const verdict = validatePath({
    leaf: read,
    pool: readOrDrop(() => readCertificate(issuer)),
    intermediates: [],
    trustAnchors: [readCertificate(root.der)],
    at,
    purpose: 'clientAuth',
    ...(crls
      ? {
          revocation: {
            mode: 'require',
            crls: crls.flatMap((der) => readOrDrop(() => readCrl(der))),
          },
        }
      : {}),
  })
  // Whoever prints a verdict reads all of it.
  JSON.stringify(verdict.trace)
  if (performance.now() - start > MAX_MILLISECONDS) throw new Error('a verdict took too long')
  return verdict.valid
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0

/** Checks a property of mutated bytes; a failure prints the mutation that made it. */
function forMutations(der: Uint8Array, holds: (mutated: Uint8Array) => boolean): void {
  fc.assert(
    fc.property(mutations, (list) => {
      const mutated = mutate(der, list)
      return isSame(mutated, der) || holds(mutated)
    }),
    { numRuns: RUNS },
  )
}

t.test('accepts the chain that the mutations start from', async (t) => {
  t.equal(isAccepted({ leaf: leaf.der }), true)
  t.equal(isAccepted({ leaf: outside.der }), false)
  t.equal(isAccepted({ leaf: leaf.der, crls: lists }), false)
})

t.test('refuses every mutation of a leaf', async () => {
  forMutations(leaf.der, (mutated) => !isAccepted({ leaf: mutated }))
})

t.test('refuses the leaf under every mutation of its CA', async () => {
  forMutations(ca.der, (mutated) => !isAccepted({ leaf: leaf.der, ca: mutated }))
})

t.test('turns no refused chain into an accepted one', async () => {
  forMutations(outside.der, (mutated) => !isAccepted({ leaf: mutated }))
  forMutations(ca.der, (mutated) => !isAccepted({ leaf: outside.der, ca: mutated }))
})

t.test('accepts a revoked leaf under no mutation of the list that revokes it', async () => {
  // The list is mutated and the certificate is not: whatever can't be read, or isn't signed, revokes nothing and clears nobody.
  forMutations(lists[1], (mutated) => !isAccepted({ leaf: leaf.der, crls: [lists[0], mutated] }))
})

t.test('throws nothing but its own error at bytes of any kind', async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400, size: 'max' }), (bytes) => {
      readOrDrop(() => readCertificate(bytes))
      readOrDrop(() => readCrl(bytes))
    }),
    { numRuns: RUNS },
  )
})
