import type { EndCount } from '@mtls-edge/cert-registry'
import type { EdgeConfiguration } from '../../configuration/types.js'
import { EXPIRY_BUCKETS, expiryBucketOf } from './expiry-bucket.js'
import type { MetricSet } from './metric-set.js'

/** Stands for domains that the registry has entries of and the configuration does not know. */
const OTHER = 'other'

/** Tells when registered certificates end, in buckets: however many there are, the series are as many. */
export function createRegisteredMetrics(
  set: MetricSet,
  inForce: () => EdgeConfiguration,
  readCounts: () => readonly EndCount[] | null,
): void {
  set.define(({ Gauge }, registers) => {
    new Gauge({
      name: 'mtls_edge_registered_certificates',
      help: 'Certificates of the registry by state and by when they end, to the day.',
      labelNames: ['domain', 'state', 'expires'],
      aggregator: 'max',
      registers,
      collect() {
        this.reset()
        const counts = readCounts()
        if (counts === null) return
        const domains = new Set(inForce().domains.map(({ customDomain }) => customDomain))
        for (const domain of domains)
          for (const expires of EXPIRY_BUCKETS) this.set({ domain, state: 'active', expires }, 0)
        const now = Date.now()
        const today = now - (now % DAY)
        for (const { domain, state, endsOn, entries } of counts) {
          const expires = endsOn === null ? 'unknown' : expiryBucketOf(endsOn.getTime(), today)
          this.inc({ domain: domains.has(domain) ? domain : OTHER, state, expires }, entries)
        }
      },
    })
  })
}

const DAY = 86_400_000
