import type { EndCount, RegistryStatus } from '@mtls-edge/cert-registry'
import type { EdgeConfiguration } from '../../configuration/types.js'
import type { ConnectionCounts } from '../../front/index.js'
import type { Telemetry } from '../observer.js'
import { createCertificateMetrics } from './certificate-metrics.js'
import { createConnectionMetrics } from './connection-metrics.js'
import { createMetricSet } from './metric-set.js'
import { createRegisteredMetrics } from './registered-metrics.js'
import { createRegistryMetrics } from './registry-metrics.js'
import { createRequestMetrics } from './request-metrics.js'
import { createRevocationMetrics, type RevocationItem } from './revocation-metrics.js'
import type { MetricsSnapshot } from './snapshot.js'

/** What is looked at when the metrics are read. */
export interface ServingState {
  readonly inForce: () => EdgeConfiguration
  readonly countConnections: () => ConnectionCounts
  readonly listRevocation: () => readonly RevocationItem[]
  /** `null` where there is no registry, or another process counts. */
  readonly readRegistered: (() => readonly EndCount[] | null) | null
  /** `null` where there is no registry. */
  readonly readRegistryStatus: (() => RegistryStatus) | null
}

/** The metrics of what serves in one process. */
export interface ServingMetrics {
  take(): Promise<MetricsSnapshot>
  /** Counts nothing any more. */
  close(): void
}

export function createServingMetrics(telemetry: Telemetry, state: ServingState): ServingMetrics {
  const set = createMetricSet()
  createCertificateMetrics(set, state.inForce)
  if (state.readRegistryStatus !== null) createRegistryMetrics(set, state.readRegistryStatus)
  if (state.readRegistered !== null)
    createRegisteredMetrics(set, state.inForce, state.readRegistered)
  const endings = [
    telemetry.subscribe(createRequestMetrics(set)),
    telemetry.subscribe(createRevocationMetrics(set, state.listRevocation)),
    telemetry.subscribe(createConnectionMetrics(set, state.countConnections)),
  ]
  return {
    take: set.take,
    close() {
      for (const end of endings) end()
    },
  }
}
