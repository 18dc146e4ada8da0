import type { Registry } from '@mtls-edge/cert-registry'
import type { FastifyBaseLogger } from 'fastify'
import type { EdgeConfiguration } from '../configuration/types.js'
import { type Counts, createLocalCounts, prepareConnectionPlaces } from '../counting/index.js'
import { describeConnectionBounds, describeFrontLimits } from '../domain/limits.js'
import { createFront } from '../front/index.js'
import type { RedisHits } from '../rate-limit/redis-hits.js'
import type { ResumptionLink, SecretsByHost } from '../resumption/link.js'
import type { ActivityDelta } from '../telemetry/activity/delta.js'
import { type FetchedAddress, pickFetched } from '../telemetry/activity/fetched-addresses.js'
import { createLogSubscriber } from '../telemetry/log-subscriber.js'
import { takeProcessMetrics } from '../telemetry/metrics/process-metrics.js'
import { createServingMetrics } from '../telemetry/metrics/serving-metrics.js'
import type { ProcessSnapshot } from '../telemetry/metrics/snapshot.js'
import type { Telemetry } from '../telemetry/observer.js'
import type { Tracing } from '../telemetry/tracing/tracing.js'
import { closeAll } from './close-all.js'
import { createHosts } from './hosts.js'
import type { Parts } from './parts.js'
import { createReadiness } from './readiness.js'
import { countRegistered } from './registered-counts.js'
import { createRevocationPart } from './revocation-part.js'

export interface ServingOptions {
  readonly log: FastifyBaseLogger
  /** Is told what happens, and tells the log. */
  readonly telemetry: Telemetry
  /** Which of several processes this is, for its metrics. Default: `1`. */
  readonly worker?: string
  readonly resumption: {
    /** Of the hosts that resume sessions. */
    readonly secrets: SecretsByHost
    readonly link: ResumptionLink
  }
  /** How many processes share the port, this one among them. Default: 1. */
  readonly workers?: number
  /** Where things are counted that hold for all of them. Default: in this process. */
  readonly counts?: Counts
  /** Where to listen. Default: where the configuration says, alone. */
  readonly listen?: Listen
}

export interface Listen {
  readonly host: string
  readonly port: number
  /** Whether other processes may listen on the same port, each with a socket of its own. */
  readonly reusePort?: boolean
}

/** One process that takes connections. */
export interface Serving {
  readonly port: number
  /** `null` where the configuration has none. Its view follows what is written to its store at once. */
  readonly registry: Registry | null
  describeParts(): Parts
  takeMetrics(): Promise<ProcessSnapshot>
  countConnections(): ActivityDelta['connections']
  listFetched(): readonly FetchedAddress[]
  /**
   * Puts another configuration in force while connections are open.
   *
   * @param secrets of the hosts that resume sessions
   * @throws where it can't be; the old one is then in force as before
   */
  update(configuration: EdgeConfiguration, secrets: SecretsByHost): Promise<void>
  /** Gives these hosts other session secrets, after what is being put in force now. */
  renewSessions(secrets: SecretsByHost): void
  /** Says that it is about to stop, and goes on. */
  announceStop(): void
  /**
   * Stops: no new connections, requests in flight end, at most `shutdownTimeout`; then everything is closed.
   * A second call joins the first.
   */
  stop(): Promise<void>
}

/**
 * Starts what serves in one process: the registry, the hosts, and the front that gives them connections.
 *
 * @throws where the registry can't be opened or the address can't be listened on; nothing is left open then
 */
export async function startServing(
  configuration: EdgeConfiguration,
  options: ServingOptions,
): Promise<Serving> {
  const { log, telemetry, resumption, worker = '1', workers = 1 } = options
  const { listen = pickAddress(configuration) } = options
  const counts = options.counts ?? createLocalCounts()
  const readiness = createReadiness()
  const cleanups: (() => Promise<void>)[] = []
  /** Undoes what was started, the last first. */
  const cleanUp = (): Promise<void> => closeAll(cleanups.reverse().splice(0))
  const stopLogging = telemetry.subscribe(createLogSubscriber(log))
  cleanups.push(async () => stopLogging())
  try {
    const registry = await openConfiguredRegistry(configuration, log)
    if (registry !== null) cleanups.push(() => registry.close())
    const redis = await connectConfiguredRedis(configuration, log)
    if (redis !== null) cleanups.push(async () => redis.close())
    const tracing = await startConfiguredTracing(configuration, log)
    if (tracing !== null) cleanups.push(() => tracing.close())
    const { proxyProtocol } = configuration.listen
    const preparePlaces = (next: EdgeConfiguration) =>
      prepareConnectionPlaces(counts, describeConnectionBounds(next))
    let takePlace = await preparePlaces(configuration)
    const front = createFront({
      ...(proxyProtocol === null ? {} : { proxyProtocol }),
      ...describeFrontLimits(configuration.limits, workers),
      takePlace: (address) => takePlace(address),
      onEvent: telemetry.connection,
    })
    const hosts = createHosts({
      front,
      counts,
      log,
      observer: telemetry,
      countRequest: async (key, window) =>
        (await redis?.hit(key, window)) ?? counts.hit(key, window),
      registry: registry?.view ?? null,
      tracing,
      link: resumption.link,
    })
    cleanups.push(() => hosts.close())
    await hosts.apply(configuration, resumption.secrets)
    let inForce = configuration
    // All processes would count the same: one is enough.
    const registered = registry === null || worker !== '1' ? null : countRegistered(registry, log)
    if (registered !== null) cleanups.push(() => registered.close())
    const metrics = createServingMetrics(telemetry, {
      inForce: () => inForce,
      listRevocation: hosts.listRevocation,
      readRegistered: registered === null ? null : () => registered.counts,
      countConnections: () => front.connections,
      readRegistryStatus: registry === null ? null : () => registry.status(),
    })
    cleanups.push(async () => metrics.close())
    const describeRevocation = createRevocationPart(() => inForce, hosts.listRevocation)
    const { port } = await front.listen(listen)
    cleanups.push(() => front.close({ timeout: configuration.shutdownTimeout }))
    readiness.set('ready')

    let stopped: Promise<void> | null = null
    let updated: Promise<void> = Promise.resolve()
    return {
      port,
      registry,
      describeParts: () => ({
        edge: { state: readiness.state, since: readiness.since.toISOString() },
        ...describeRegistry(registry),
        ...(redis === null ? {} : { rateLimit: redis.describe() }),
        ...describeTracing(tracing),
        ...describeRevocation(),
      }),
      countConnections: () => {
        const { secure, hello, handshake } = front.connections
        return { open: secure, handshaking: hello + handshake }
      },
      listFetched: () => pickFetched(hosts.listRevocation()),
      takeMetrics: async () => ({
        shared: await metrics.take(),
        own: await takeProcessMetrics(worker),
      }),
      update(next, secrets) {
        // One after the other, and none while everything is being closed.
        const apply = async (): Promise<void> => {
          if (stopped !== null) return
          const takeNextPlace = await preparePlaces(next)
          await hosts.apply(next, secrets)
          inForce = next
          takePlace = takeNextPlace
          front.setLimits(describeFrontLimits(next.limits, workers))
        }
        const applied = updated.then(apply)
        updated = applied.catch(() => {})
        return applied
      },
      renewSessions(secrets) {
        updated = updated
          .then(() => hosts.renewSessions(secrets))
          .catch((error: unknown) => log.error({ event: 'failure', err: error }))
      },
      announceStop: () => readiness.set('draining'),
      stop() {
        readiness.set('draining')
        stopped ??= updated.then(cleanUp)
        return stopped
      },
    }
  } catch (error) {
    await cleanUp()
    throw error
  }
}

function pickAddress({ listen: { host, port } }: EdgeConfiguration): Listen {
  return { host, port }
}

async function openConfiguredRegistry(
  configuration: EdgeConfiguration,
  log: FastifyBaseLogger,
): Promise<Registry | null> {
  if (configuration.registry === null) return null
  // Loaded here, so that edges without one don't wait for all of it.
  const { openRegistry } = await import('@mtls-edge/cert-registry')
  const { url, maxStaleness } = configuration.registry
  return openRegistry(url.reveal(), { maxStaleness, logger: log })
}

async function connectConfiguredRedis(
  { rateLimit: { redis } }: EdgeConfiguration,
  log: FastifyBaseLogger,
): Promise<RedisHits | null> {
  if (redis === null) return null
  const { connectRedisHits } = await import('../rate-limit/redis-hits.js')
  return connectRedisHits(redis, log)
}

/** Where there is none, nothing of it is loaded. */
async function startConfiguredTracing(
  { tracing }: EdgeConfiguration,
  log: FastifyBaseLogger,
): Promise<Tracing | null> {
  if (tracing === null) return null
  const { startTracing } = await import('../telemetry/tracing/start-tracing.js')
  return startTracing(tracing, log)
}

function describeTracing(tracing: Tracing | null): Parts {
  if (tracing === null) return {}
  const { isArriving, since } = tracing.state
  return { tracing: { state: isArriving ? 'ready' : 'degraded', since: since.toISOString() } }
}

function describeRegistry(registry: Registry | null): Parts {
  if (registry === null) return {}
  const { isFresh, since } = registry.status()
  return { registry: { state: isFresh ? 'ready' : 'away', since: since.toISOString() } }
}
