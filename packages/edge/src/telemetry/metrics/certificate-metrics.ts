import { X509Certificate } from 'node:crypto'
import type { DomainConfiguration, EdgeConfiguration } from '../../configuration/types.js'
import { EXPIRY_BUCKETS, expiryBucketOf } from './expiry-bucket.js'
import type { MetricSet } from './metric-set.js'

/** Tells when the certificates of the configuration in force end, by domain. */
export function createCertificateMetrics(set: MetricSet, inForce: () => EdgeConfiguration): void {
  set.define(({ Gauge }, registers) => {
    new Gauge({
      name: 'mtls_edge_server_certificate_not_after_timestamp_seconds',
      help: "When the first of a domain's server certificates, or of the chains sent with them, ends.",
      labelNames: ['domain'],
      aggregator: 'min',
      registers,
      collect() {
        this.reset()
        for (const domain of inForce().domains)
          this.set({ domain: domain.customDomain }, endOfServerCertificates(domain) / 1000)
      },
    })
    new Gauge({
      name: 'mtls_edge_trust_anchors',
      help: 'Trust anchors of a domain, by when they end.',
      labelNames: ['domain', 'expires'],
      aggregator: 'max',
      registers,
      collect() {
        this.reset()
        const now = Date.now()
        for (const { customDomain, clientCertificates } of inForce().domains) {
          if (clientCertificates.caSigned === null) continue
          for (const expires of EXPIRY_BUCKETS) this.set({ domain: customDomain, expires }, 0)
          for (const { notAfter } of clientCertificates.caSigned.trustAnchors)
            this.inc({ domain: customDomain, expires: expiryBucketOf(notAfter.getTime(), now) })
        }
      },
    })
  })
}

/** Parsed once for each domain of each configuration. */
const ends = new WeakMap<DomainConfiguration, number>()

function endOfServerCertificates(domain: DomainConfiguration): number {
  const known = ends.get(domain)
  if (known !== undefined) return known
  const end = Math.min(
    ...domain.serverCertificates.flatMap(({ certificate }) =>
      readPem(certificate).map(({ validTo }) => Date.parse(validTo)),
    ),
  )
  ends.set(domain, end)
  return end
}

const readPem = (pem: string): readonly X509Certificate[] =>
  (pem.match(CERTIFICATE) ?? []).map((text) => new X509Certificate(text))

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
