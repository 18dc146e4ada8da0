import type { Registry } from 'prom-client'
import { loadPromClient } from './prom-client.js'
import type { MetricsSnapshot } from './snapshot.js'

/** One walks through every open socket to count it, the others are many series that nobody looks at. */
const LEFT_OUT = [
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
  'nodejs_heap_space_size_total_bytes',
  'nodejs_heap_space_size_used_bytes',
  'nodejs_heap_space_size_available_bytes',
]

/** Of the process, not of what runs in it: there is one. */
let ofThisProcess: Registry | null = null

/**
 * What Node tells of this process: memory, processor, event loop, garbage collection.
 *
 * @param worker which process it is; these are not added up over processes, since one that is stuck would be hidden
 */
export async function takeProcessMetrics(worker: string): Promise<MetricsSnapshot> {
  ofThisProcess ??= createProcessMetrics()
  const metrics = await ofThisProcess.getMetricsAsJSON()
  return metrics.map((metric) => ({
    ...metric,
    aggregator: 'first',
    values: metric.values.map((value) => ({ ...value, labels: { ...value.labels, worker } })),
  }))
}

function createProcessMetrics(): Registry {
  const { collectDefaultMetrics, Registry } = loadPromClient()
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of LEFT_OUT) registry.removeSingleMetric(name)
  return registry
}
