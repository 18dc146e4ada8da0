import type { RegistryStore } from '@mtls-edge/cert-registry'
import type { FastifyBaseLogger } from 'fastify'
import type { AdminContext, AdminServer } from '../admin/index.js'
import type { EdgeConfiguration } from '../configuration/types.js'
import type { Parts } from './parts.js'
import { listForNextStart, takesEffectAtNextStart } from './reload/next-start.js'

export interface AdminOptions {
  /** What is in force at the start. */
  readonly configuration: EdgeConfiguration
  readonly store: RegistryStore | null
  readonly describeParts: () => Parts
  /** Called where there is an admin listener alone: nothing is gathered for nobody. */
  readonly gatherActivity: () => Promise<GatheredActivity>
  readonly log: FastifyBaseLogger
}

/** What is going on, gathered as long as it is open. */
export interface GatheredActivity {
  readonly describe: AdminContext['describeActivity']
  readonly listFetched: AdminContext['listFetched']
  close(): void
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
  const { configuration: started, gatherActivity, ...rest } = options
  if (started.admin === null) return NONE
  const [{ startAdminServer }, { readVersion }] = await Promise.all([
    import('../admin/index.js'),
    import('../version.js'),
  ])
  let inForce = started
  let nextStart: readonly string[] = []
  const activity = await gatherActivity()
  const context = {
    ...rest,
    configuration: () => inForce,
    nextStart: () => nextStart,
    describeActivity: activity.describe,
    listFetched: activity.listFetched,
  }
  let server: AdminServer
  try {
    server = await startAdminServer(started.admin, context, readVersion())
  } catch (error) {
    activity.close()
    throw error
  }
  return {
    port: server.port,
    update(next) {
      server.update(next.admin)
      nextStart = listForNextStart(started, next)
      inForce = { ...next, ...takesEffectAtNextStart(started) }
    },
    close() {
      activity.close()
      return server.close()
    },
  }
}
