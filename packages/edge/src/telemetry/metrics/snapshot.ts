import type { PrometheusContentType, Registry } from 'prom-client'
import { loadPromClient } from './prom-client.js'

/** The metrics of one process at one time, as data that another process can be sent. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>

/** Metrics of one process: those that are added up over processes, and those of the process itself. */
export interface ProcessSnapshot {
  readonly shared: MetricsSnapshot
  readonly own: MetricsSnapshot
}

/** What must not be forgotten when a process ends: a counter never goes backwards. */
const LASTING: readonly string[] = ['counter', 'histogram']

/** What an ended process has counted. What it was like (gauges) ends with it. */
export const keepCounts = (snapshot: MetricsSnapshot): MetricsSnapshot =>
  snapshot.filter(({ type }) => LASTING.includes(String(type)))

/** Adds metrics of several processes up, each in the way that it says. */
export const addUp = (snapshots: readonly MetricsSnapshot[]): Registry =>
  loadPromClient().AggregatorRegistry.aggregate<PrometheusContentType>([...snapshots])

/** The media type of what {@link renderMetrics} writes. */
export const METRICS_TYPE =
  'text/plain; version=0.0.4; charset=utf-8' satisfies PrometheusContentType

/** The text that Prometheus reads, version 0.0.4 of its format. */
export const renderMetrics = async (snapshots: readonly MetricsSnapshot[]): Promise<string> =>
  addUp(snapshots).metrics()
