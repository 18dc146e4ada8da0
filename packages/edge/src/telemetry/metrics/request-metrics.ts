import type { Subscriber } from '../observer.js'
import type { RequestEnd } from '../request-end.js'
import { createDomainHistogram, createGatheredCounter } from './gathered.js'
import type { MetricSet } from './metric-set.js'

/**
 * Seconds. A known certificate on a kept connection takes the edge less than a millisecond, a new one some milliseconds, and
 * one whose status is fetched up to 10 seconds.
 */
const EDGE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 10]

/** Seconds. A token takes Auth0 some 50 to 500 milliseconds; after 20 seconds of waiting for an answer the edge gives up. */
const AUTH0_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1, 2.5, 5, 10, 20]

const NO_REASON = 'none'

/** Counts requests, verdicts and refusals, and measures how long things took. */
export function createRequestMetrics(set: MetricSet): Subscriber {
  const countRequest = createGatheredCounter(set, {
    name: 'mtls_edge_requests_total',
    help: 'Requests that have ended, by host, endpoint of the configuration (or other) and status.',
    labelNames: ['domain', 'host', 'endpoint', 'status'],
  })
  const countVerdict = createGatheredCounter(set, {
    name: 'mtls_edge_verdicts_total',
    help: 'Verdicts on client certificates, one a request that came so far, by kind and reason.',
    labelNames: ['domain', 'kind', 'reason'],
  })
  const countRefusal = createGatheredCounter(set, {
    name: 'mtls_edge_refusals_total',
    help: 'Requests that the edge itself answered, by reason.',
    labelNames: ['domain', 'reason'],
  })
  const observeEdge = createDomainHistogram(set, {
    name: 'mtls_edge_own_duration_seconds',
    help: 'What the edge added to a request: its whole duration without the wait for Auth0.',
    buckets: EDGE_BUCKETS,
  })
  const observeAuth0 = createDomainHistogram(set, {
    name: 'mtls_edge_auth0_duration_seconds',
    help: "From when a request was forwarded to the headers of Auth0's answer.",
    buckets: AUTH0_BUCKETS,
  })

  function request(end: RequestEnd): void {
    const { domain, host, endpoint, status, verdict, reason, durationMs, auth0Ms } = end
    countRequest({ domain, host, endpoint, status })
    if (verdict !== null)
      countVerdict({
        domain,
        kind: verdict,
        reason: verdict === 'refused' ? (reason ?? NO_REASON) : NO_REASON,
      })
    if (reason !== null) countRefusal({ domain, reason })
    observeEdge(domain, Math.max(0, durationMs - (auth0Ms ?? 0)) / 1000)
    if (auth0Ms !== null) observeAuth0(domain, auth0Ms / 1000)
  }
  return { request }
}
