import type { RegistryStore } from '@mtls-edge/cert-registry'
import type { FastifyBaseLogger } from 'fastify'
import type { EdgeConfiguration } from '../configuration/index.js'
import type { Parts } from '../service/parts.js'
import type { Activity } from '../telemetry/activity/activity-log.js'
import type { FetchedAddress } from '../telemetry/activity/fetched-addresses.js'
import type { ConnectionState } from '../telemetry/activity/worker-states.js'

/** What the admin listener shows and works on. */
export interface AdminContext {
  /** `null` where the configuration has no registry. */
  readonly store: RegistryStore | null
  /** What is in force. */
  readonly configuration: () => EdgeConfiguration
  /** Keys that were changed in the file, and wait for the next start. */
  readonly nextStart: () => readonly string[]
  readonly describeParts: () => Parts
  readonly describeActivity: () => Activity & ConnectionState
  readonly listFetched: () => readonly FetchedAddress[]
  readonly log: FastifyBaseLogger
}
