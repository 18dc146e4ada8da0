/** Extensions and constraints that are made to cost, and fields that are longer than they should be. */
import { der, type GeneralName, issueCertificate } from '@mtls-edge/testkit'
import type { Kinds, Maker } from './maker.ts'
import { directory, dns, extension, list, many, nest, oidOf } from './shapes.ts'

export function extensionKinds({ pki, leafOf, withExtension, withSubject }: Maker): Kinds {
  const policyOf = (run: number, index: number) => der.objectIdentifier(oidOf(run, index))
  return {
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
        subject: `CA ${run}`,
        ca: true,
        issuer: pki.root,
        nameConstraints: { excluded: many(3_000, (i): GeneralName => ({ dns: `x${i}.example` })) },
      })
      const subjectAlternativeNames = many(2_500, (i): GeneralName => ({ dns: `a${i}.example` }))
      return leafOf(run, { issuer: ca, subjectAlternativeNames }, [ca])
    },
    'constraints on a great many names': (run) => {
      const tree = der.sequence(dns)
      const value = der.sequence(der.context(0, ...many(18_000, () => tree)))
      const ca = issueCertificate({
        subject: `CA ${run}`,
        ca: true,
        issuer: pki.root,
        extraExtensions: [extension('2.5.29.30', value, true)],
      })
      return leafOf(run, { issuer: ca }, [ca])
    },
  }
}
