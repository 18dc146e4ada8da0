import { readVersion } from '../../version.js'
import type { Telemetry } from '../observer.js'
import { createMetricSet } from './metric-set.js'
import { createReloadMetrics } from './reload-metrics.js'
import type { MetricsSnapshot } from './snapshot.js'
import { createWorkerMetrics, type WorkerCounts } from './worker-metrics.js'

/** The metrics of the edge as a whole, of which one process takes care. */
export interface EdgeMetrics {
  readonly countDeath: () => void
  take(): Promise<MetricsSnapshot>
}

export function createEdgeMetrics(
  telemetry: Telemetry,
  countWorkers: () => WorkerCounts,
): EdgeMetrics {
  const set = createMetricSet()
  set.define(({ Gauge }, registers) => {
    const info = new Gauge({
      name: 'mtls_edge_build_info',
      help: 'Always 1; the labels tell the versions of mtls-edge and of Node.',
      labelNames: ['version', 'node'],
      registers,
    })
    info.set({ version: readVersion(), node: process.version }, 1)
  })
  telemetry.subscribe(createReloadMetrics(set))
  const countDeath = createWorkerMetrics(set, countWorkers)
  return { countDeath, take: set.take }
}
