import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { EdgeConfiguration } from '../configuration/types.js'
import { createSessionAuthority } from '../resumption/session-authority.js'
import { createEdgeMetrics } from '../telemetry/metrics/edge-metrics.js'
import { renderMetrics } from '../telemetry/metrics/snapshot.js'
import { createLoggedTelemetry, type Telemetry } from '../telemetry/observer.js'
import { startAdmin } from './admin.js'
import { closeAll } from './close-all.js'
import { startHealthServer } from './health.js'
import type { Parts } from './parts.js'
import { READY } from './readiness.js'
import { type Serving, startServing } from './start-serving.js'

export interface StartOptions {
  /** Where the log goes, one JSON object a line. */
  readonly log: FastifyBaseLogger
  /** Is told what happens. Default: one that nobody else listens to. */
  readonly telemetry?: Telemetry
  /** What `/readyz` shows beside the edge's own parts. Default: nothing. */
  readonly describeMore?: () => Parts
}

/** An edge that takes connections. */
export interface RunningEdge {
  /** The port that it listens on, also where the configuration said 0. */
  readonly port: number
  readonly healthPort: number
  /** `null` where the configuration has no `admin`. */
  readonly adminPort: number | null
  /**
   * Puts another configuration in force while connections are open. Where it listens, its registry and its other settings
   * of the process stay as they were.
   *
   * @throws where it can't be; the old one is then in force as before
   */
  update(configuration: EdgeConfiguration): Promise<void>
  /**
   * Stops: says so on the health page, waits `drainDelay`, then takes no new connections and lets requests in flight end, at
   * most `shutdownTimeout`; then everything is closed. A second call joins the first.
   */
  stop(): Promise<void>
}

/**
 * Starts the edge of a configuration in this process, which is its one worker whatever the configuration says.
 *
 * @throws where the registry can't be opened or an address can't be listened on; nothing is left open then
 */
export async function startEdge(
  configuration: EdgeConfiguration,
  { log, telemetry = createLoggedTelemetry(log), describeMore = () => ({}) }: StartOptions,
): Promise<RunningEdge> {
  const metrics = createEdgeMetrics(telemetry, () => ({ wanted: 1, ready: 1, silent: 0 }))
  let running: Serving | null = null
  const authority = createSessionAuthority({
    configuration,
    log,
    onRenewal: (secrets) => running?.renewSessions(secrets),
    // There is nobody else to learn from.
    patience: 0,
  })
  const resumption = { secrets: authority.secrets, link: authority }
  const serving = await startServing(configuration, { log, telemetry, resumption })
  running = serving
  // What was made anew while it started.
  serving.renewSessions(authority.secrets)
  const closings: (() => Promise<void>)[] = [serving.stop]
  try {
    const describeParts = () => ({ ...serving.describeParts(), ...describeMore() })
    const health = await startHealthServer(configuration.health, {
      describeParts,
      async readMetrics() {
        const { shared, own } = await serving.takeMetrics()
        return renderMetrics([await metrics.take(), shared, own])
      },
      log,
    })
    closings.push(health.close)
    const store = serving.registry?.store ?? null
    const gatherActivity = async () => {
      const { createOwnActivity } = await import('./own-activity.js')
      return createOwnActivity(serving, telemetry)
    }
    const admin = await startAdmin({ configuration, store, describeParts, gatherActivity, log })
    const { port } = serving
    const ports = { port, healthPort: health.port, adminPort: admin.port }
    log.info({ event: 'ready', ...ports, workers: 1 }, READY)
    let stopped: Promise<void> | null = null
    const drain = async (): Promise<void> => {
      serving.announceStop()
      await pause(configuration.drainDelay)
      authority.close()
      // The admin listener before the registry that it works on. Probes are to see that it drains.
      await closeAll([admin.close, serving.stop, health.close])
    }
    return {
      ...ports,
      async update(next) {
        await authority.adopt(next, (secrets) => serving.update(next, secrets))
        admin.update(next)
      },
      stop() {
        stopped ??= drain()
        return stopped
      },
    }
  } catch (error) {
    authority.close()
    await closeAll(closings)
    throw error
  }
}
