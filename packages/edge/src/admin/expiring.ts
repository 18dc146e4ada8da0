import { X509Certificate } from 'node:crypto'
import type { Certificate } from '@mtls-edge/path-validation'
import type { DomainConfiguration } from '../configuration/index.js'
import { DAY } from '../registry/entry.js'
import {
  EXPIRY_BUCKETS,
  type ExpiryBucket,
  expiryBucketOf,
} from '../telemetry/metrics/expiry-bucket.js'
import type { ExpiringRegistrations } from './expiring-registrations.js'

/** Something that ends. */
export interface ExpiringItem {
  readonly kind: 'server-certificate' | 'trust-anchor' | 'intermediate' | 'registered'
  readonly domain: string
  readonly subject: string
  readonly thumbprint: string
  /** ISO 8601. */
  readonly notAfter: string
  readonly daysLeft: number
  /** The DNS names of a server certificate. */
  readonly names: readonly string[]
  readonly clientName: string | null
  readonly owner: string | null
  readonly state: string | null
}

export interface ExpiringBucket {
  readonly name: ExpiryBucket
  readonly serverCertificates: number
  readonly trustAnchors: number
  readonly intermediates: number
  /** `null` for `later`, which nobody counts, and where there is no registry. */
  readonly registered: number | null
}

/** What ends when: certificates of the configuration and of the registry, the first first. */
export function describeExpiring(
  domains: readonly DomainConfiguration[],
  registrations: ExpiringRegistrations | null,
  { now, limit }: { readonly now: Date; readonly limit: number },
) {
  const configured = domains.flatMap((domain) => listConfigured(domain, now))
  const items = firstToEnd([...configured, ...(registrations?.items ?? [])], limit)
  const countOf = (kind: ExpiringItem['kind'], name: ExpiryBucket): number =>
    configured.filter((item) => item.kind === kind && bucketOf(item, now) === name).length
  const buckets = EXPIRY_BUCKETS.map(
    (name): ExpiringBucket => ({
      name,
      serverCertificates: countOf('server-certificate', name),
      trustAnchors: countOf('trust-anchor', name),
      intermediates: countOf('intermediate', name),
      registered: name === 'later' ? null : (registrations?.counts[name] ?? null),
    }),
  )
  return { at: now.toISOString(), buckets, items }
}

/** The first ones by their end: times of one form are in order where their texts are. */
export const firstToEnd = (
  items: readonly ExpiringItem[],
  limit: number,
): readonly ExpiringItem[] =>
  items
    .toSorted((a, b) => Number(a.notAfter > b.notAfter) - Number(a.notAfter < b.notAfter))
    .slice(0, limit)

const bucketOf = ({ notAfter }: Pick<ExpiringItem, 'notAfter'>, now: Date): ExpiryBucket =>
  expiryBucketOf(Date.parse(notAfter), now.getTime())

/** Whole days, negative where it is over. */
export const countDays = (end: Date, now: Date): number =>
  Math.floor((end.getTime() - now.getTime()) / DAY)

const NO_LABELS = { clientName: null, owner: null, state: null } as const

function listConfigured(domain: DomainConfiguration, now: Date): readonly ExpiringItem[] {
  const { customDomain, serverCertificates, clientCertificates } = domain
  const { trustAnchors = [], intermediates = [] } = clientCertificates.caSigned ?? {}
  const authority = (kind: ExpiringItem['kind']) => (certificate: Certificate) => ({
    kind,
    domain: customDomain,
    subject: certificate.subject.text,
    thumbprint: certificate.thumbprint,
    names: [],
    ...NO_LABELS,
    notAfter: certificate.notAfter.toISOString(),
    daysLeft: countDays(certificate.notAfter, now),
  })
  return [
    ...serverCertificates.map(({ certificate }) => describeServer(certificate, customDomain, now)),
    ...trustAnchors.map(authority('trust-anchor')),
    ...intermediates.map(authority('intermediate')),
  ]
}

function describeServer(pem: string, domain: string, now: Date): ExpiringItem {
  const certificate = new X509Certificate(pem)
  const end = certificate.validToDate
  return {
    kind: 'server-certificate',
    domain,
    ...NO_LABELS,
    subject: certificate.subject.replaceAll('\n', ','),
    thumbprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    notAfter: end.toISOString(),
    daysLeft: countDays(end, now),
    names: readNames(certificate.subjectAltName),
  }
}

const readNames = (text: string | undefined): readonly string[] =>
  (text ?? '').split(', ').flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4)] : []))
