import type { EndCount, RegistryStatus } from '@mtls-edge/cert-registry'
import { Registry } from 'prom-client'
import type { EdgeConfiguration } from '../../configuration/types.js'
import type { ConnectionCounts } from '../../front/index.js'
import type { Telemetry } from '../observer.js'
import { createCertificateMetrics } from './certificate-metrics.js'
import { createConnectionMetrics } from './connection-metrics.js'
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
  const registry = new Registry()
  createCertificateMetrics(registry, state.inForce)
  if (state.readRegistryStatus !== null) createRegistryMetrics(registry, state.readRegistryStatus)
  if (state.readRegistered !== null)
    createRegisteredMetrics(registry, state.inForce, state.readRegistered)
  const endings = [
    telemetry.subscribe(createRequestMetrics(registry)),
    telemetry.subscribe(createRevocationMetrics(registry, state.listRevocation)),
    telemetry.subscribe(createConnectionMetrics(registry, state.countConnections)),
  ]
  return {
    take: () => registry.getMetricsAsJSON(),
    close() {
      for (const end of endings) end()
    },
  }
}
