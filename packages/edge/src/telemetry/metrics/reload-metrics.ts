import type { Subscriber } from '../observer.js'
import type { MetricSet } from './metric-set.js'

/** Counts what became of changes to the configuration, and tells whether the newest is in force. */
export function createReloadMetrics(set: MetricSet): Subscriber {
  const counts = { accepted: 0, refused: 0 }
  let isCurrent = true
  let inForceSince = Date.now()
  set.define(({ Counter, Gauge }, registers) => {
    new Counter({
      name: 'mtls_edge_configuration_reloads_total',
      help: 'Changes to the configuration or to its files that were put in force (accepted) or not (refused).',
      labelNames: ['result'],
      registers,
      collect() {
        this.reset()
        for (const [result, count] of Object.entries(counts)) this.inc({ result }, count)
      },
    })
    new Gauge({
      name: 'mtls_edge_configuration_current',
      help: '1 where what the files hold is in force, 0 where it was refused and older content is.',
      registers,
      collect() {
        this.set(isCurrent ? 1 : 0)
      },
    })
    new Gauge({
      name: 'mtls_edge_configuration_in_force_since_timestamp_seconds',
      help: 'When the configuration in force was put there.',
      registers,
      collect() {
        this.set(inForceSince / 1000)
      },
    })
  })
  return {
    reload({ result }) {
      counts[result] += 1
      isCurrent = result === 'accepted'
      if (isCurrent) inForceSince = Date.now()
    },
  }
}
