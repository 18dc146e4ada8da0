import type { ConnectionCounts, FrontEvent } from '../../front/index.js'
import type { Subscriber } from '../observer.js'
import { createGatheredCounter, createGatheredHistogram } from './gathered.js'
import type { MetricSet } from './metric-set.js'

/** Seconds. Two round trips and two signatures; 10 seconds are the limit. */
const HANDSHAKE_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

const STATES = ['hello', 'handshake', 'secure', 'refused'] as const

/** Counts connections and handshakes. */
export function createConnectionMetrics(
  set: MetricSet,
  countConnections: () => ConnectionCounts,
): Subscriber {
  const countHandshake = createGatheredCounter(set, {
    name: 'mtls_edge_handshakes_total',
    help: 'TLS handshakes that have ended, by result; reason of refused ones; version and resumption of completed ones.',
    labelNames: ['result', 'reason', 'version', 'resumed'],
  })
  const observeDuration = createGatheredHistogram(set, {
    name: 'mtls_edge_handshake_duration_seconds',
    help: 'From the complete ClientHello to the end of the handshake.',
    buckets: HANDSHAKE_BUCKETS,
  }).of({})
  let dropped = 0
  set.define(({ Counter, Gauge }, registers) => {
    new Counter({
      name: 'mtls_edge_connections_dropped_total',
      help: 'Connections that were closed at once, since there were too many.',
      registers,
      collect() {
        this.reset()
        this.inc(dropped)
      },
    })
    new Gauge({
      name: 'mtls_edge_connections',
      help: 'Open connections by state.',
      labelNames: ['state'],
      registers,
      collect() {
        const counts = countConnections()
        for (const state of STATES) this.set({ state }, counts[state])
      },
    })
  })

  function connection(event: FrontEvent): void {
    if (event.type === 'handshake_completed') {
      const { version, resumed, durationMs } = event
      countHandshake({ result: 'completed', reason: 'none', version, resumed: String(resumed) })
      observeDuration(durationMs / 1000)
    } else if (event.type === 'handshake_refused') {
      const { reason } = event
      countHandshake({ result: 'refused', reason, version: 'none', resumed: 'false' })
    } else if (event.type === 'connection_dropped') dropped += 1
  }
  return { connection }
}
