import {
  createRevocationSource,
  type RevocationSource,
  type RevocationSourceOptions,
  type StatusQuestion,
} from '@mtls-edge/cert-verifier'
import { readCertificate } from '@mtls-edge/path-validation'
import { createPki, type Issued, issueCertificate } from '@mtls-edge/testkit'

export const { root } = createPki()

/** A client whose status is to be had at these places, in this order. */
export const clientAt = (...places: readonly string[]): Issued =>
  issueCertificate({
    issuer: root,
    crlDistributionPoints: [{ fullName: places.map((uri) => ({ uri })) }],
  })

/** The same for OCSP. */
export const clientOfResponder = (...ocsp: readonly string[]): Issued =>
  issueCertificate({ issuer: root, authorityInformationAccess: { ocsp } })

/** What the verifier asks when only the client's status is unknown. */
export function questionOf(client: Issued): StatusQuestion {
  const leaf = readCertificate(client.der)
  const path = [leaf, readCertificate(root.der)]
  return { path, missing: [leaf], authorities: path, known: { mode: 'require', crls: [] } }
}

/** A source, and why it could not fetch. */
export interface SourceUnderTest {
  readonly source: RevocationSource
  readonly failures: readonly string[]
  /** Fetches for one client; says whether anything came of it, why not, and how long it took in milliseconds. */
  attempt(client: Issued): Promise<Attempt>
}

export interface Attempt {
  readonly isFetched: boolean
  readonly failure: string
  readonly took: number
}

export function startSource(
  t: { teardown(fn: () => unknown): unknown },
  options: Partial<RevocationSourceOptions> = {},
): SourceUnderTest {
  const failures: string[] = []
  const source = createRevocationSource({
    fetch: ['crl'],
    log: {
      info: () => {},
      warn: (fields) =>
        void failures.push(String(Object.entries(fields).find(([key]) => key === 'reason')?.[1])),
    },
    ...options,
  })
  t.teardown(() => source.close())
  return {
    source,
    failures,
    async attempt(client) {
      const before = failures.length
      const start = performance.now()
      const question = questionOf(client)
      const had = source.crls().length
      await source.fetchMissing(question, true)
      const isFetched = source.crls().length > had || source.answersFor(question.missing).length > 0
      const took = performance.now() - start
      return { isFetched, failure: failures.slice(before).join('; '), took }
    },
  }
}
