import type { RegistryStatus } from '@mtls-edge/cert-registry'
import type { MetricSet } from './metric-set.js'

/** Tells how the registry of certificates is; every process has its own connection and its own memory. */
export function createRegistryMetrics(set: MetricSet, readStatus: () => RegistryStatus): void {
  set.define(({ Gauge }, registers) => {
    new Gauge({
      name: 'mtls_edge_registry_connected',
      help: '1 where the store of the registry answers, 0 where a process can not reach it.',
      aggregator: 'min',
      registers,
      collect() {
        this.set(readStatus().isConnected ? 1 : 0)
      },
    })
    new Gauge({
      name: 'mtls_edge_registry_fresh',
      help: '1 where registrations are believed, 0 where the store was away for longer than maxStaleness (answered 503).',
      aggregator: 'min',
      registers,
      collect() {
        this.set(readStatus().isFresh ? 1 : 0)
      },
    })
    new Gauge({
      name: 'mtls_edge_registry_staleness_seconds',
      help: 'Time since the store last answered, of the process for which it is longest.',
      aggregator: 'max',
      registers,
      collect() {
        this.set(readStatus().staleness / 1000)
      },
    })
    new Gauge({
      name: 'mtls_edge_registry_entries',
      help: 'Certificates that the registry holds, over all domains and states.',
      aggregator: 'max',
      registers,
      collect() {
        this.set(readStatus().entries)
      },
    })
  })
}
