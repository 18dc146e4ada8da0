import type { MetricSet } from './metric-set.js'

/** What the workers' keeper tells of them. */
export interface WorkerCounts {
  readonly wanted: number
  readonly ready: number
  /** Those that did not answer in time when they were asked for their metrics. */
  readonly silent: number
}

/** Tells how the workers are; returns what counts one that died. */
export function createWorkerMetrics(set: MetricSet, count: () => WorkerCounts): () => void {
  const gauges = {
    wanted: 'How many workers there should be.',
    ready: 'How many workers take connections.',
    silent:
      'Workers that did not answer when asked for their metrics; what they last told is shown.',
  } satisfies Record<keyof WorkerCounts, string>
  let restarts = 0
  set.define(({ Counter, Gauge }, registers) => {
    new Gauge({
      name: 'mtls_edge_workers_wanted',
      help: gauges.wanted,
      registers,
      collect() {
        this.set(count().wanted)
      },
    })
    new Gauge({
      name: 'mtls_edge_workers_ready',
      help: gauges.ready,
      registers,
      collect() {
        this.set(count().ready)
      },
    })
    new Gauge({
      name: 'mtls_edge_workers_silent',
      help: gauges.silent,
      registers,
      collect() {
        this.set(count().silent)
      },
    })
    new Counter({
      name: 'mtls_edge_worker_restarts_total',
      help: 'Workers that died and were replaced.',
      registers,
      collect() {
        this.reset()
        this.inc(restarts)
      },
    })
  })
  return () => {
    restarts += 1
  }
}
