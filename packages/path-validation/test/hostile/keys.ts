/** Keys that are made to cost, of the leaf and of CAs that might have signed it. */
import { generateKeyPairSync } from 'node:crypto'
import { issueCertificate, type KeyPair } from '@mtls-edge/testkit'
import type { Kinds, Maker } from './maker.ts'
import { oddNumberOf, rsaKeyOf } from './rsa-key.ts'
import { directory, dns, extension, list, many, names } from './shapes.ts'

let pair8192: KeyPair | null = null

/** Made once, where somebody wants it: it takes seconds. */
function signer8192(): KeyPair {
  pair8192 ??= generateKeyPairSync('rsa', { modulusLength: 8_192 })
  return pair8192
}

const EXPONENT = Buffer.of(1, 0, 1)
/** The largest odd one of 32 bits. */
const LONG_EXPONENT = Buffer.of(0xff, 0xff, 0xff, 0xff)

export function keyKinds({ pki, leafOf, withCas }: Maker): Kinds {
  return {
    'an RSA key of 16384 bits': (run) =>
      leafOf(run, { tbs: { subjectPublicKeyInfo: rsaKeyOf(16_384, EXPONENT) } }),
    'an RSA key of 16384 bits that seems to sign itself': (run) =>
      leafOf(run, {
        subject: `self ${run}`,
        issuerName: `self ${run}`,
        tbs: { subjectPublicKeyInfo: rsaKeyOf(16_384, EXPONENT) },
      }),
    'an RSA key of 8192 bits and a long exponent that seems to sign itself': (run) =>
      leafOf(run, {
        subject: `self ${run}`,
        issuerName: `self ${run}`,
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
        issuer: pki.intermediate,
        issuerName: `CA ${run}`,
        signingKey: signer8192(),
      }).der,
    }),
    'CAs of one name and key that certify one another, RSA 8192': (run) => {
      const cas = many(10, (index) =>
        issueCertificate({
          subject: `CA ${run}`,
          ca: true,
          issuer: pki.root,
          issuerName: `CA ${run}`,
          signingKey: signer8192(),
          pathLength: index,
          tbs: { subjectPublicKeyInfo: rsaKeyOf(8_192, LONG_EXPONENT) },
        }),
      )
      const { der: leaf } = issueCertificate({
        issuer: pki.intermediate,
        issuerName: `CA ${run}`,
        signingKey: signer8192(),
      })
      return { leaf, pool: cas.map((ca) => ca.der) }
    },
    'CAs with P-521 keys': withCas(10, () => ({ key: 'p521' })),
    'CAs with P-384 keys that certify one another': (run) => {
      const keys = many(10, () => generateKeyPairSync('ec', { namedCurve: 'P-384' }))
      const cas = keys.map((key, index) =>
        issueCertificate({
          subject: `CA ${run}`,
          issuerName: `CA ${run}`,
          ca: true,
          issuer: pki.root,
          key,
          signingKey: keys[(index + 1) % keys.length] ?? key,
        }),
      )
      const signingKey = keys[0]
      return leafOf(run, { issuerName: `CA ${run}`, ...(signingKey ? { signingKey } : {}) }, cas)
    },
    'ten CAs, each with DNS names of a letter': withCas(10, () => ({
      extensions: (made) => [
        ...made,
        extension(
          '2.5.29.17',
          list(3_200, () => dns),
        ),
      ],
    })),
    'ten CAs, each of them 97 kB: more than a client can send': withCas(10, () => ({
      extensions: (made) => [...made, names(directory)],
    })),
  }
}
