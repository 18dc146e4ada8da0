import type { RegistryStore } from '@mtls-edge/cert-registry'
import type { FastifyBaseLogger } from 'fastify'
import type { AdminServer } from '../admin/index.js'
import type { EdgeConfiguration } from '../configuration/types.js'
import type { Parts } from './parts.js'
import { takesEffectAtNextStart } from './reload/next-start.js'

export interface AdminOptions {
  /** What is in force at the start. */
  readonly configuration: EdgeConfiguration
  readonly store: RegistryStore | null
  readonly describeParts: () => Parts
  readonly log: FastifyBaseLogger
}

/** The admin listener of a running edge, or that there is none. */
export interface Admin {
  /** `null` where the configuration has no `admin`. */
  readonly port: number | null
  /** Another configuration is in force. */
  update(configuration: EdgeConfiguration): void
  close(): Promise<void>
}

const NONE: Admin = { port: null, update: () => {}, close: async () => {} }

/**
 * Starts the admin listener where the configuration has one; nothing of it is loaded elsewhere.
 *
 * @throws where its address can't be listened on
 */
export async function startAdmin(options: AdminOptions): Promise<Admin> {
  const { configuration: started, store, describeParts, log } = options
  if (started.admin === null) return NONE
  const [{ startAdminServer }, { readVersion }] = await Promise.all([
    import('../admin/index.js'),
    import('../version.js'),
  ])
  let inForce = started
  const context = { store, describeParts, log, configuration: () => inForce }
  const server: AdminServer = await startAdminServer(started.admin, context, readVersion())
  return {
    port: server.port,
    update(next) {
      server.update(next.admin)
      inForce = { ...next, ...takesEffectAtNextStart(started) }
    },
    close: server.close,
  }
}
