import type { Registry } from 'prom-client'
import { loadPromClient, type PromClient } from './prom-client.js'
import type { MetricsSnapshot } from './snapshot.js'

/** Makes metrics of a set: what it makes is read from then on, and tells what was counted since the process began. */
type Define = (client: PromClient, registers: Registry[]) => void

/** Metrics that are read together. They are made when they are first read: what counts, counts without them. */
export interface MetricSet {
  /** Must be called before the set is first read. */
  define(define: Define): void
  take(): Promise<MetricsSnapshot>
}

export function createMetricSet(): MetricSet {
  const definitions: Define[] = []
  let made: Registry | null = null

  function make(): Registry {
    const client = loadPromClient()
    const registry = new client.Registry()
    for (const define of definitions) define(client, [registry])
    return registry
  }

  return {
    define(define) {
      if (made !== null) throw new Error('the metrics have been read already')
      definitions.push(define)
    },
    async take() {
      made ??= make()
      return made.getMetricsAsJSON()
    },
  }
}
