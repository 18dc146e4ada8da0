import cluster from 'node:cluster'
import { setTimeout as pause } from 'node:timers/promises'
import type { RegistryStore } from '@mtls-edge/cert-registry'
import type { FastifyBaseLogger } from 'fastify'
import type { Snapshot } from '../../configuration/reading/snapshot.js'
import type { EdgeConfiguration } from '../../configuration/types.js'
import { answerWorker, createOwnCounts } from '../../counting/index.js'
import { WORKER_PROGRAM } from '../../places.js'
import { createSessionAuthority } from '../../resumption/session-authority.js'
import { createActivityLog } from '../../telemetry/activity/activity-log.js'
import { mergeFetched } from '../../telemetry/activity/fetched-addresses.js'
import { describeConnections } from '../../telemetry/activity/worker-states.js'
import { createEdgeMetrics } from '../../telemetry/metrics/edge-metrics.js'
import { takeProcessMetrics } from '../../telemetry/metrics/process-metrics.js'
import { renderMetrics } from '../../telemetry/metrics/snapshot.js'
import { createWorkerSnapshots } from '../../telemetry/metrics/worker-snapshots.js'
import type { Telemetry } from '../../telemetry/observer.js'
import { type Admin, startAdmin } from '../admin.js'
import { closeAll } from '../close-all.js'
import { startHealthServer } from '../health.js'
import type { Parts } from '../parts.js'
import { createReadiness, READY } from '../readiness.js'
import type { Listen } from '../start-serving.js'
import { createWorkersPart, describeShared } from './describe-workers.js'
import { type Pool, startPool } from './pool.js'
import { reservePort } from './reserve-port.js'
import { startWorker, type WorkerProcess } from './worker-process.js'

/**
 * What one worker tells may come after what another one asks: a client is quicker than a busy primary. In milliseconds.
 */
const ARRIVAL_PATIENCE = 500

/** Beyond `shutdownTimeout`, before a worker that should have ended is ended, in milliseconds. */
const ENDING_MARGIN = 1_000

export interface WorkersOptions {
  /** What the configuration was read from. */
  readonly snapshot: Snapshot
  readonly log: FastifyBaseLogger
  /** Is told of reloads by whoever watches the files. */
  readonly telemetry: Telemetry
  /** What is logged at the least. */
  readonly level: string
  /** What `/readyz` shows beside the edge's own parts. */
  readonly describeMore: () => Parts
  /** Default: whatever the system can do. */
  readonly reserve?: (address: EdgeConfiguration['listen']) => Promise<Listen>
}

/** An edge of several processes that takes connections. This process is the primary: it takes none. */
export interface RunningWorkers {
  readonly port: number
  readonly healthPort: number
  /** `null` where the configuration has no `admin`. */
  readonly adminPort: number | null
  /** Has all workers look at large contents that are about to come into force, while this process still does. */
  prepare(contents: ReadonlyMap<string, Uint8Array>): void
  /** Puts another configuration in force in all workers, or throws and leaves all as they were. */
  update(configuration: EdgeConfiguration, snapshot: Snapshot): Promise<void>
  /**
   * Stops all workers: says so on the health page, waits `drainDelay`, then takes no new connections and lets requests in
   * flight end, at most `shutdownTimeout`.
   */
  stop(): Promise<void>
}

/**
 * Starts `workers` processes that share the port, each with a socket of its own where the system can do that, else by
 * node:cluster, where the primary accepts and hands over.
 *
 * @throws where one of them can't start, or an address can't be listened on; nothing is left then
 */
export async function startWorkers(
  configuration: EdgeConfiguration,
  options: WorkersOptions,
): Promise<RunningWorkers> {
  const { snapshot, log, telemetry, level, describeMore, reserve = reservePort } = options
  const { workers: count, shutdownTimeout, drainDelay } = configuration
  const readiness = createReadiness()
  const describeWorkers = createWorkersPart(count)
  let pool: Pool | null = null
  const listen = await reserve(configuration.listen)
  // Bytes stay bytes on their way.
  cluster.setupPrimary({ exec: WORKER_PROGRAM, args: [], serialization: 'advanced' })
  const activity = createActivityLog()
  const authority = createSessionAuthority({
    configuration,
    log,
    onRenewal(secrets) {
      for (const worker of pool?.ready ?? []) worker.renewSessions(secrets)
    },
    patience: ARRIVAL_PATIENCE,
  })
  const readSecrets = () => authority.secrets
  const counts = createOwnCounts()
  const snapshots = createWorkerSnapshots()
  const metrics = createEdgeMetrics(telemetry, () => ({
    wanted: count,
    ready: pool?.ready.length ?? 0,
    silent: snapshots.silent,
  }))
  const start: Parameters<typeof startPool>[0]['start'] = (setup) => {
    const worker = startWorker(
      { ...setup, workers: count, listen, level, secrets: readSecrets() },
      {
        authority,
        counts: answerWorker(counts),
        onActivity: (delta) => activity.add(setup.worker, delta),
      },
    )
    worker.ready.then(() => snapshots.add(worker)).catch(() => {})
    return worker
  }
  const describeParts = () => ({
    edge: { state: readiness.state, since: readiness.since.toISOString() },
    workers: describeWorkers(pool?.ready.length ?? 0),
    ...describeShared(pool?.ready ?? []),
    ...describeMore(),
  })
  const closings: (() => Promise<void>)[] = []
  const closeRest = (): Promise<void> => closeAll(closings.reverse().splice(0))
  const health = await startHealthServer(configuration.health, {
    describeParts,
    async readMetrics() {
      const ofWorkers = await snapshots.take()
      const own = await takeProcessMetrics('primary')
      return renderMetrics([await metrics.take(), own, ...ofWorkers])
    },
    log,
  })
  closings.push(health.close)
  let admin: Admin
  const workers = startPool({
    count,
    snapshot,
    start,
    readSecrets,
    log,
    onDeath: metrics.countDeath,
  })
  pool = workers
  try {
    await workers.started
    const store = await openAdminStore(configuration, log)
    if (store !== null) closings.push(store.close)
    admin = await startAdmin({
      configuration,
      store,
      describeParts,
      log,
      gatherActivity: async () => ({
        describe: () => ({
          ...activity.describe(),
          ...describeConnections((pool?.ready ?? []).map(describeWorker), new Date()),
        }),
        listFetched: () => mergeFetched((pool?.ready ?? []).flatMap(({ fetched }) => fetched)),
        close() {},
      }),
    })
    closings.push(admin.close)
  } catch (error) {
    authority.close()
    await workers.stop(0)
    await closeRest()
    throw error
  }
  readiness.set('ready')
  const { port } = listen
  const ports = { port, healthPort: health.port, adminPort: admin.port }
  log.info({ event: 'ready', ...ports, workers: count }, READY)

  let stopped: Promise<void> | null = null
  return {
    ...ports,
    prepare: workers.prepare,
    async update(next, nextSnapshot) {
      await authority.adopt(next, () => workers.update(nextSnapshot))
      admin.update(next)
    },
    stop() {
      readiness.set('draining')
      authority.close()
      stopped ??= pause(drainDelay)
        .then(() => workers.stop(shutdownTimeout + ENDING_MARGIN))
        .then(closeRest)
      return stopped
    },
  }
}

const describeWorker = ({ number: worker, pid, parts, connections }: WorkerProcess) => ({
  worker,
  pid,
  parts,
  connections,
})

/** The primary answers no requests and needs no view in memory: workers follow what is written to the store. */
async function openAdminStore(
  { admin, registry }: EdgeConfiguration,
  log: FastifyBaseLogger,
): Promise<RegistryStore | null> {
  if (admin === null || registry === null) return null
  const { openRegistryStore } = await import('@mtls-edge/cert-registry')
  return openRegistryStore(registry.url.reveal(), { logger: log })
}
