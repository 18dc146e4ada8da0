import type { RegistryStore } from '@mtls-edge/cert-registry'
import type { FastifyBaseLogger } from 'fastify'
import type { EdgeConfiguration } from '../configuration/index.js'
import type { Parts } from '../service/parts.js'

/** What the admin listener shows and works on. */
export interface AdminContext {
  /** `null` where the configuration has no registry. */
  readonly store: RegistryStore | null
  /** What is in force. */
  readonly configuration: () => EdgeConfiguration
  readonly describeParts: () => Parts
  readonly log: FastifyBaseLogger
}
