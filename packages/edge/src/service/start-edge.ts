import type { Registry } from '@mtls-edge/cert-registry'
import { openRegistry } from '@mtls-edge/cert-registry'
import type { FastifyBaseLogger } from 'fastify'
import type { EdgeConfiguration } from '../configuration/types.js'
import { createHostApp, type HostApp } from '../domain/host-app.js'
import { hostsOf } from '../domain/host-role.js'
import { createFront } from '../front/index.js'
import { describeFrontEvent } from './front-log.js'
import { type HealthServer, startHealthServer } from './health.js'
import { createReadiness } from './readiness.js'

export interface StartOptions {
  /** Where the log goes, one JSON object a line. */
  readonly log: FastifyBaseLogger
}

/** An edge that takes connections. */
export interface RunningEdge {
  /** The port that it listens on, also where the configuration said 0. */
  readonly port: number
  readonly healthPort: number
  /**
   * Stops: no new connections, requests in flight end, at most `shutdownTimeout`; then everything is closed.
   * A second call joins the first.
   */
  stop(): Promise<void>
}

/**
 * Starts the edge of a configuration in this process.
 *
 * @throws where the registry can't be opened or an address can't be listened on; nothing is left open then
 */
export async function startEdge(
  configuration: EdgeConfiguration,
  { log }: StartOptions,
): Promise<RunningEdge> {
  const readiness = createReadiness()
  const cleanups: (() => Promise<void>)[] = []
  /** Undoes what was started, the last first. */
  const cleanUp = async (): Promise<void> => {
    for (const clean of cleanups.reverse().splice(0)) await clean()
  }
  try {
    const registry = await openConfiguredRegistry(configuration, log)
    if (registry !== null) cleanups.push(() => registry.close())
    const apps = await createHostApps(configuration, registry, log, cleanups)
    const front = createFront({ onEvent: (event) => describeFrontEvent(event, log) })
    front.setHosts(apps.map(({ name, server }) => [name, server] as const))
    const health: HealthServer = await startHealthServer(configuration.health, {
      readiness,
      registry,
      log,
    })
    cleanups.push(() => health.close())
    const { port } = await front.listen(configuration.listen)
    cleanups.push(() => front.close({ timeout: configuration.shutdownTimeout }))
    readiness.set('ready')
    log.info({ event: 'ready', port, healthPort: health.port }, 'the edge takes connections')

    let stopped: Promise<void> | null = null
    return {
      port,
      healthPort: health.port,
      stop() {
        readiness.set('draining')
        stopped ??= cleanUp()
        return stopped
      },
    }
  } catch (error) {
    await cleanUp()
    throw error
  }
}

async function openConfiguredRegistry(
  configuration: EdgeConfiguration,
  log: FastifyBaseLogger,
): Promise<Registry | null> {
  if (configuration.registry === null) return null
  const { url, maxStaleness } = configuration.registry
  return openRegistry(url.reveal(), { maxStaleness, logger: log })
}

async function createHostApps(
  configuration: EdgeConfiguration,
  registry: Registry | null,
  log: FastifyBaseLogger,
  cleanups: (() => Promise<void>)[],
): Promise<readonly HostApp[]> {
  const apps: HostApp[] = []
  const context = { tlsProfile: configuration.tlsProfile, registry: registry?.view ?? null, log }
  for (const domain of configuration.domains) {
    for (const host of hostsOf(domain)) {
      const app = await createHostApp(host, domain, context)
      cleanups.push(() => app.close())
      apps.push(app)
    }
  }
  return apps
}
