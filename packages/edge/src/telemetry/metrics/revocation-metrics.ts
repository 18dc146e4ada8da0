import type { Gauge } from 'prom-client'
import type { FetchEnd, Subscriber, VerdictOrigin } from '../observer.js'
import { createGatheredCounter } from './gathered.js'
import type { MetricSet } from './metric-set.js'

/** Revocation information that is in use, or was to be: a list of a file, or what was fetched from one address. */
export interface RevocationItem {
  readonly domain: string
  readonly kind: 'crl' | 'ocsp'
  readonly origin: 'file' | 'fetched'
  readonly thisUpdate: Date | null
  readonly nextUpdate: Date | null
  /** `null` where the last attempt did not fail. */
  readonly failure: object | null
}

/** Counts where verdicts came from and what was fetched, and tells how old revocation information is. */
export function createRevocationMetrics(
  set: MetricSet,
  listItems: () => readonly RevocationItem[],
): Subscriber {
  const labelNames = ['domain', 'kind', 'origin'] as const
  const countLookup = createGatheredCounter(set, {
    name: 'mtls_edge_verdict_lookups_total',
    help: 'Where verdicts came from: known on the connection, from the cache by certificate, or decided anew.',
    labelNames: ['domain', 'source'],
  })
  const countFetch = createGatheredCounter(set, {
    name: 'mtls_edge_revocation_fetches_total',
    help: 'Attempts to fetch revocation information.',
    labelNames: ['domain', 'kind', 'result'],
  })
  set.define(({ Gauge }, registers) => {
    new Gauge({
      name: 'mtls_edge_revocation_items',
      help: 'CRLs and OCSP answers in use.',
      labelNames,
      aggregator: 'max',
      registers,
      collect() {
        this.reset()
        for (const { domain, kind, origin, thisUpdate } of listItems())
          this.inc({ domain, kind, origin }, thisUpdate === null ? 0 : 1)
      },
    })
    new Gauge({
      name: 'mtls_edge_revocation_failing',
      help: 'Addresses from which the last attempt to fetch failed; for OCSP, each with each certificate.',
      labelNames: ['domain', 'kind'],
      aggregator: 'max',
      registers,
      collect() {
        this.reset()
        for (const { domain, kind, origin, failure } of listItems())
          if (origin === 'fetched') this.inc({ domain, kind }, failure === null ? 0 : 1)
      },
    })
    new Gauge({
      name: 'mtls_edge_revocation_oldest_timestamp_seconds',
      help: 'When the oldest CRL or OCSP answer in use was issued (thisUpdate).',
      labelNames,
      aggregator: 'min',
      registers,
      collect() {
        setEarliest(this, listItems(), ({ thisUpdate }) => thisUpdate)
      },
    })
    new Gauge({
      name: 'mtls_edge_revocation_next_update_timestamp_seconds',
      help: 'When the first CRL or OCSP answer in use is out of date (nextUpdate).',
      labelNames,
      aggregator: 'min',
      registers,
      collect() {
        setEarliest(this, listItems(), ({ nextUpdate }) => nextUpdate)
      },
    })
  })
  return {
    verdict: ({ domain, origin }: VerdictOrigin) => countLookup({ domain, source: origin }),
    fetch: ({ domain, kind, result }: FetchEnd) => countFetch({ domain, kind, result }),
  }
}

type ItemLabel = 'domain' | 'kind' | 'origin'

function setEarliest(
  gauge: Gauge<ItemLabel>,
  items: readonly RevocationItem[],
  dateOf: (item: RevocationItem) => Date | null,
): void {
  gauge.reset()
  const earliest = new Map<string, { item: RevocationItem; time: number }>()
  for (const item of items) {
    const time = dateOf(item)?.getTime()
    if (time === undefined) continue
    const key = `${item.domain} ${item.kind} ${item.origin}`
    const known = earliest.get(key)
    if (known === undefined || time < known.time) earliest.set(key, { item, time })
  }
  for (const { item, time } of earliest.values()) {
    const { domain, kind, origin } = item
    gauge.set({ domain, kind, origin }, time / 1000)
  }
}
