import { generateKeyPairSync, randomBytes } from 'node:crypto'
import {
  type CertificateOptions,
  type createPki,
  der,
  type Extension,
  type GeneralName,
  type Issued,
  issueCertificate,
  type KeyPair,
} from '@mtls-edge/testkit'

/** What a client sends. */
export interface Presented {
  readonly leaf: Uint8Array
  readonly pool: readonly Uint8Array[]
}

type Pki = ReturnType<typeof createPki>
type Make = (run: number) => Presented

/** Bytes that a certificate may have, and a little less, for what stands beside what is made large. */
const ROOM = 98_000

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

/** A run's own number in what is made, so that no two are equal. */
const nameOf = (run: number, index: number): string => `${run}-${index}`

const oidOf = (run: number, index: number): string => `1.3.6.1.4.1.${99_000 + run}.${index}`

/** A random odd number of exactly so many bytes. */
function oddNumberOf(bytes: number): Buffer {
  const number = randomBytes(bytes)
  number[0] = (number[0] ?? 0) | 0x80
  number[bytes - 1] = (number.at(-1) ?? 0) | 1
  return number
}

/** The public half of a key that nobody has: an odd number of so many bits, with this exponent. */
export function rsaKeyOf(bits: number, exponent: Buffer): Buffer {
  const modulus = oddNumberOf(bits / 8)
  const algorithm = Buffer.from('300d06092a864886f70d0101010500', 'hex')
  const positive = (bytes: Buffer): Buffer =>
    (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
  const key = der.sequence(
    der.integerOfOctets(positive(modulus)),
    der.integerOfOctets(positive(exponent)),
  )
  return der.sequence(algorithm, der.bitString(key))
}

let pair8192: KeyPair | null = null

/** Made once, where somebody wants it: it takes seconds. */
function signer8192(): KeyPair {
  pair8192 ??= generateKeyPairSync('rsa', { modulusLength: 8_192 })
  return pair8192
}

const EXPONENT = Buffer.of(1, 0, 1)
/** The largest odd one of 32 bits. */
const LONG_EXPONENT = Buffer.of(0xff, 0xff, 0xff, 0xff)

/** SEQUENCEs in one another, as deep as so many bytes allow. */
export function nest(bytes: number): Buffer {
  const headers: Buffer[] = []
  for (let size = 0; size < bytes; ) {
    const header = der.sequence(Buffer.alloc(size)).subarray(0, -size || undefined)
    headers.push(header)
    size += header.length
  }
  return Buffer.concat(headers.reverse())
}

const extension = (oid: string, value: Uint8Array, critical = false): Extension => ({
  oid,
  critical,
  value,
})

/** A SAN of so many names, each by its bytes. */
const names = (each: Buffer): Extension =>
  extension('2.5.29.17', der.sequence(...many(Math.floor(ROOM / each.length), () => each)))

const COMMON_NAME = '2.5.4.3'
const attribute = (text: string, oid = COMMON_NAME): Buffer =>
  der.sequence(der.objectIdentifier(oid), der.characterString('utf8', text))

/** Certificates that are made to cost, by what is large in them. */
export function hostileKinds(pki: Pki): Readonly<Record<string, Make>> {
  const leafOf = (run: number, options: CertificateOptions, pool: readonly Issued[] = []) => ({
    leaf: issueCertificate({ issuer: pki.intermediate, subject: `client ${run}`, ...options }).der,
    pool: pool.map((one) => one.der),
  })
  const withExtension =
    (make: (run: number) => Extension): Make =>
    (run) => {
      const extra = make(run)
      const extensions = (made: readonly Extension[]) => [
        ...made.filter(({ oid }) => oid !== extra.oid),
        extra,
      ]
      return leafOf(run, { extensions })
    }
  const withNames = (each: Buffer): Make => withExtension(() => names(each))
  const withSubject =
    (make: (run: number) => Buffer): Make =>
    (run) =>
      leafOf(run, { subject: make(run) })
  /** CAs of the issuer's name, none of which has signed the leaf, before the leaf. */
  const withCas =
    (count: number, options: (run: number, index: number) => CertificateOptions): Make =>
    (run) => {
      const pool = many(count, (index) =>
        issueCertificate({
          subject: `CA ${run}`,
          ca: true,
          issuer: pki.root,
          ...options(run, index),
        }),
      )
      return leafOf(run, { issuerName: `CA ${run}` }, pool)
    }
  const dns = der.contextPrimitive(2, Buffer.from('a'))
  const directory = der.context(4, der.sequence(der.set(attribute('a'))))
  const list = (count: number, make: (index: number) => Buffer) =>
    der.sequence(...many(count, make))
  const policyOf = (run: number, index: number) => der.objectIdentifier(oidOf(run, index))

  return {
    'a plain leaf': (run) => leafOf(run, {}),
    'DNS names of a letter': withNames(dns),
    addresses: withNames(der.contextPrimitive(7, Buffer.alloc(4, 7))),
    'addresses of IPv6': withNames(der.contextPrimitive(7, Buffer.alloc(16, 7))),
    'directory names': withNames(directory),
    'empty directory names': withNames(der.context(4, der.sequence())),
    'numbers as names': withNames(der.contextPrimitive(8, Buffer.of(0x2a))),
    'numbers of 64 bytes as names': withNames(
      der.contextPrimitive(8, Buffer.concat([...many(63, () => Buffer.of(0x01)), Buffer.of(1)])),
    ),
    'other names': withNames(
      der.context(0, der.objectIdentifier('1.2.3'), der.context(0, der.nullValue())),
    ),
    'a directory name of many parts': withNames(
      der.context(4, der.sequence(...many(6_000, () => der.set(attribute('a'))))),
    ),
    'a subject of many parts': withSubject((run) =>
      der.sequence(...many(7_500, () => der.set(attribute(`${run % 10}`)))),
    ),
    'a subject of one part with many attributes': withSubject((run) =>
      der.sequence(der.setOf(...many(6_000, (i) => attribute(nameOf(run, i))))),
    ),
    'a subject of e-mail addresses': withSubject((run) =>
      der.sequence(
        ...many(3_000, (i) => der.set(attribute(nameOf(run, i), '1.2.840.113549.1.9.1'))),
      ),
    ),
    'a subject of one long text': withSubject((run) =>
      der.sequence(der.set(attribute(`${run}${'a'.repeat(97_000)}`))),
    ),
    'a subject of spaces': withSubject((run) =>
      der.sequence(der.set(attribute(`${run}${' a'.repeat(48_000)}`))),
    ),
    'a subject that grows when it is normalized': withSubject((run) =>
      der.sequence(der.set(attribute(`${run}${'\u{fdfa}'.repeat(32_000)}`))),
    ),
    'a subject of accents to be put in order': withSubject((run) =>
      der.sequence(der.set(attribute(`${run}a${'\u0301\u0316'.repeat(24_000)}`))),
    ),
    'unknown extensions': (run) =>
      leafOf(run, {
        extensions: (made) => [
          ...made,
          ...many(4_500, (i) => extension(oidOf(run, i), Buffer.alloc(0))),
        ],
      }),
    'one extension over and over': (run) =>
      leafOf(run, {
        extensions: (made) => [
          ...made,
          ...many(9_000, () => extension('2.5.29.99', Buffer.alloc(0))),
        ],
      }),
    purposes: withExtension((run) =>
      extension(
        '2.5.29.37',
        list(7_000, (i) => der.objectIdentifier(oidOf(run, i))),
      ),
    ),
    'short purposes': withExtension(() =>
      extension(
        '2.5.29.37',
        list(32_000, () => der.objectIdentifier('1.2')),
      ),
    ),
    policies: withExtension((run) =>
      extension(
        '2.5.29.32',
        list(6_000, (i) => der.sequence(policyOf(run, i))),
      ),
    ),
    'policies with qualifiers deep in one another': withExtension((run) =>
      extension('2.5.29.32', der.sequence(der.sequence(policyOf(run, 1), nest(90_000)))),
    ),
    'distribution points': withExtension(() =>
      extension(
        '2.5.29.31',
        list(9_000, () => der.sequence(der.context(0, der.context(0, dns)))),
      ),
    ),
    'distribution points of directory names': withExtension(() =>
      extension(
        '2.5.29.31',
        list(4_000, () => der.sequence(der.context(0, der.context(0, directory)))),
      ),
    ),
    'addresses of its authority': withExtension(() =>
      extension(
        '1.3.6.1.5.5.7.1.1',
        list(9_000, () => der.sequence(der.objectIdentifier('1.2.3'), dns)),
      ),
    ),
    'SEQUENCEs in one another in an extension': withExtension((run) =>
      extension(oidOf(run, 1), nest(97_000)),
    ),
    'SEQUENCEs in one another as alternative names': withExtension(() =>
      extension('2.5.29.17', nest(97_000)),
    ),
    'SEQUENCEs in one another as a subject': withSubject(() => nest(97_000)),
    'an object identifier of 97 kB': withExtension(() => {
      const oid = der.element(6, Buffer.alloc(97_000, 1))
      return extension('2.5.29.37', der.sequence(oid))
    }),
    'a serial number of 97 kB': (run) => leafOf(run, { serialNumber: Buffer.alloc(97_000, 7) }),
    'a signature of 97 kB': (run) =>
      leafOf(run, { transformSignature: () => Buffer.alloc(97_000, 7) }),
    'constraints on many names': (run) => {
      const ca = issueCertificate({
        ...{ subject: `CA ${run}`, ca: true, issuer: pki.root },
        nameConstraints: { excluded: many(3_000, (i): GeneralName => ({ dns: `x${i}.example` })) },
      })
      const subjectAlternativeNames = many(2_500, (i): GeneralName => ({ dns: `a${i}.example` }))
      return leafOf(run, { issuer: ca, subjectAlternativeNames }, [ca])
    },
    'constraints on a great many names': (run) => {
      const tree = der.sequence(dns)
      const value = der.sequence(der.context(0, ...many(18_000, () => tree)))
      const ca = issueCertificate({
        ...{ subject: `CA ${run}`, ca: true, issuer: pki.root },
        extraExtensions: [extension('2.5.29.30', value, true)],
      })
      return leafOf(run, { issuer: ca }, [ca])
    },
    'subjects of many accents': withSubject((run) =>
      der.sequence(
        ...many(1_200, (i) => der.set(attribute(`${nameOf(run, i)}${'\u0301\u0316'.repeat(15)}`))),
      ),
    ),
    'an RSA key of 16384 bits': (run) =>
      leafOf(run, { tbs: { subjectPublicKeyInfo: rsaKeyOf(16_384, EXPONENT) } }),
    'an RSA key of 16384 bits that seems to sign itself': (run) =>
      leafOf(run, {
        ...{ subject: `self ${run}`, issuerName: `self ${run}` },
        tbs: { subjectPublicKeyInfo: rsaKeyOf(16_384, EXPONENT) },
      }),
    'an RSA key of 8192 bits and a long exponent that seems to sign itself': (run) =>
      leafOf(run, {
        ...{ subject: `self ${run}`, issuerName: `self ${run}` },
        signingKey: signer8192(),
        tbs: { subjectPublicKeyInfo: rsaKeyOf(8_192, LONG_EXPONENT) },
      }),
    'an RSA key of 700000 bits': (run) =>
      leafOf(run, { tbs: { subjectPublicKeyInfo: rsaKeyOf(700_000, EXPONENT) } }),
    'an RSA key whose exponent is as long as its modulus': (run) =>
      leafOf(run, { tbs: { subjectPublicKeyInfo: rsaKeyOf(4_096, oddNumberOf(512)) } }),
    'CAs with RSA keys of 16384 bits': withCas(10, () => ({
      tbs: { subjectPublicKeyInfo: rsaKeyOf(16_384, EXPONENT) },
    })),
    'CAs with RSA keys of 8192 bits': (run) => ({
      ...withCas(10, () => ({ tbs: { subjectPublicKeyInfo: rsaKeyOf(8_192, LONG_EXPONENT) } }))(
        run,
      ),
      leaf: issueCertificate({
        ...{ issuer: pki.intermediate, issuerName: `CA ${run}`, signingKey: signer8192() },
      }).der,
    }),
    'CAs of one name and key that certify one another, RSA 8192': (run) => {
      const cas = many(10, (index) =>
        issueCertificate({
          ...{ subject: `CA ${run}`, ca: true, issuer: pki.root, issuerName: `CA ${run}` },
          ...{ signingKey: signer8192(), pathLength: index },
          tbs: { subjectPublicKeyInfo: rsaKeyOf(8_192, LONG_EXPONENT) },
        }),
      )
      const { der: leaf } = issueCertificate({
        ...{ issuer: pki.intermediate, issuerName: `CA ${run}`, signingKey: signer8192() },
      })
      return { leaf, pool: cas.map((ca) => ca.der) }
    },
    'CAs with P-521 keys': withCas(10, () => ({ key: 'p521' })),
    'CAs with P-384 keys that certify one another': (run) => {
      const keys = many(10, () => generateKeyPairSync('ec', { namedCurve: 'P-384' }))
      const cas = keys.map((key, index) =>
        issueCertificate({
          ...{ subject: `CA ${run}`, issuerName: `CA ${run}`, ca: true, issuer: pki.root, key },
          signingKey: keys[(index + 1) % keys.length] ?? key,
        }),
      )
      const signingKey = keys[0]
      return leafOf(run, { issuerName: `CA ${run}`, ...(signingKey ? { signingKey } : {}) }, cas)
    },
    'ten CAs, each with DNS names of a letter': withCas(10, () => ({
      extensions: (made) => [
        ...made,
        extension('2.5.29.17', der.sequence(...many(3_200, () => dns))),
      ],
    })),
    'ten CAs, each of them 97 kB: more than a client can send': withCas(10, () => ({
      extensions: (made) => [...made, names(directory)],
    })),
  }
}
