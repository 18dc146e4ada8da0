import { Counter, Gauge, type Registry } from 'prom-client'
import type { Subscriber } from '../observer.js'

/** Counts what became of changes to the configuration, and tells whether the newest is in force. */
export function createReloadMetrics(registry: Registry): Subscriber {
  const registers = [registry]
  const reloads = new Counter({
    name: 'mtls_edge_configuration_reloads_total',
    help: 'Changes to the configuration or to its files that were put in force (accepted) or not (refused).',
    labelNames: ['result'],
    registers,
  })
  const isCurrent = new Gauge({
    name: 'mtls_edge_configuration_current',
    help: '1 where what the files hold is in force, 0 where it was refused and older content is.',
    registers,
  })
  const inForceSince = new Gauge({
    name: 'mtls_edge_configuration_in_force_since_timestamp_seconds',
    help: 'When the configuration in force was put there.',
    registers,
  })
  reloads.inc({ result: 'accepted' }, 0)
  reloads.inc({ result: 'refused' }, 0)
  isCurrent.set(1)
  inForceSince.setToCurrentTime()
  return {
    reload({ result }) {
      reloads.inc({ result })
      isCurrent.set(result === 'accepted' ? 1 : 0)
      if (result === 'accepted') inForceSince.setToCurrentTime()
    },
  }
}
