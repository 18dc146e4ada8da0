import type { RegistryView } from '@mtls-edge/cert-registry'
import type { FastifyBaseLogger } from 'fastify'
import { checkLargeListsAhead } from '../configuration/index.js'
import type { DomainConfiguration, EdgeConfiguration } from '../configuration/types.js'
import type { Counts } from '../counting/index.js'
import { createHostApp, type HostApp } from '../domain/host-app.js'
import { hostsOf } from '../domain/host-role.js'
import { describeBounds } from '../domain/limits.js'
import type { Front } from '../front/index.js'
import type { CountRequest } from '../rate-limit/request-limits.js'
import type { ResumptionLink, SecretsByHost } from '../resumption/link.js'
import type { Observer } from '../telemetry/observer.js'
import type { Tracing } from '../telemetry/tracing/tracing.js'
import { closeAll } from './close-all.js'
import { listRevocation, type RevocationItem } from './list-revocation.js'

export interface HostsContext {
  readonly front: Front
  readonly registry: RegistryView | null
  readonly log: FastifyBaseLogger
  readonly observer: Observer
  readonly link: ResumptionLink
  readonly counts: Counts
  readonly countRequest: CountRequest
  /** `null`: nothing is traced. */
  readonly tracing: Tracing | null
}

/** Everything that answers, host by host. */
export interface Hosts {
  /**
   * Puts a configuration in force: hosts that can take it over go on with it, others are built anew, and open connections
   * of those end with their next answer. All hosts change at once, or none does.
   *
   * @param secrets of the hosts that resume sessions
   * @throws what building a host throws; the old configuration is then in force as before
   */
  apply(configuration: EdgeConfiguration, secrets: SecretsByHost): Promise<void>
  /** Gives these hosts other session secrets. */
  renewSessions(secrets: SecretsByHost): void
  /** What revocation information rests on, by domain: of files, and fetched. */
  listRevocation(): readonly RevocationItem[]
  /** Frees everything. The front must be closed before. */
  close(): Promise<void>
}

/** Keeps the hosts of the configuration in force, and those that were replaced until their last connection ends. */
export function createHosts(hostsContext: HostsContext): Hosts {
  const { front, ...shared } = hostsContext
  const { log } = shared
  let current: ReadonlyMap<string, HostApp> = new Map()
  let inForce: EdgeConfiguration | null = null
  const open = new Set<HostApp>()

  async function build(
    configuration: EdgeConfiguration,
    secrets: SecretsByHost,
    made: HostApp[],
  ): Promise<Plan> {
    const plan: Plan = { apps: new Map(), updates: [] }
    const { tlsProfile } = configuration
    const bounds = describeBounds(configuration)
    const context = { tlsProfile, bounds, ...shared }
    const domains = new Map<string, DomainConfiguration>()
    for (const domain of configuration.domains) {
      for (const host of hostsOf(domain)) {
        domains.set(host.name, domain)
        const sessions = secrets.get(host.name) ?? null
        const old = current.get(host.name)
        if (old?.canBecome(host, domain, bounds)) {
          plan.apps.set(host.name, old)
          plan.updates.push(() => old.update(domain, tlsProfile, sessions))
          continue
        }
        const app = await createHostApp(host, domain, sessions, context)
        made.push(app)
        plan.apps.set(host.name, app)
      }
    }
    // Those that were replaced before and still have connections must follow too.
    for (const app of open) {
      if (plan.apps.get(app.name) === app) continue
      const domain = domains.get(app.name)
      plan.updates.push(() => (domain === undefined ? app.withdraw() : app.follow(domain)))
    }
    return plan
  }

  /** Once its last connection has ended, the front closes a server that it was told to give up. */
  function closeWithServer(app: HostApp): void {
    app.server.once('close', () => {
      open.delete(app)
      app.close().catch((error: unknown) => log.error({ event: 'failure', err: error }))
    })
  }

  return {
    async apply(configuration, secrets) {
      await checkLargeListsAhead(configuration)
      const made: HostApp[] = []
      const undo: (() => void)[] = []
      try {
        const { apps, updates } = await build(configuration, secrets, made)
        // From here on nothing waits: all hosts change between two events.
        for (const update of updates) undo.push(update())
        front.setHosts([...apps].map(([name, { server }]) => [name, server] as const))
        for (const app of made) open.add(app)
        for (const [name, app] of current) if (apps.get(name) !== app) closeWithServer(app)
        current = apps
        inForce = configuration
      } catch (error) {
        for (const revert of undo.reverse()) revert()
        for (const app of made) await app.close()
        throw error
      }
    },
    listRevocation: () => listRevocation(inForce, current),
    renewSessions(secrets) {
      for (const [name, sessions] of secrets) current.get(name)?.renewSessions(sessions)
    },
    async close() {
      await closeAll([...open].map((app) => () => app.close()))
    },
  }
}

interface Plan {
  readonly apps: Map<string, HostApp>
  /** Each one changes one host, and returns what changes it back. */
  readonly updates: (() => () => void)[]
}
