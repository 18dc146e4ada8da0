import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { EdgeConfiguration } from '../configuration/types.js'
import { createEdgeMetrics } from '../telemetry/metrics/edge-metrics.js'
import { renderMetrics } from '../telemetry/metrics/snapshot.js'
import { createLoggedTelemetry, type Telemetry } from '../telemetry/observer.js'
import { startHealthServer } from './health.js'
import type { Parts } from './parts.js'
import { startServing } from './start-serving.js'

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
  const serving = await startServing(configuration, { log, telemetry })
  try {
    const health = await startHealthServer(configuration.health, {
      describeParts: () => ({ ...serving.describeParts(), ...describeMore() }),
      async readMetrics() {
        const { shared, own } = await serving.takeMetrics()
        return renderMetrics([await metrics.take(), shared, own])
      },
      log,
    })
    const { port } = serving
    log.info({ event: 'ready', port, healthPort: health.port, workers: 1 }, READY)
    let stopped: Promise<void> | null = null
    const drain = async (): Promise<void> => {
      serving.announceStop()
      await pause(configuration.drainDelay)
      // Probes are to see that it drains.
      await serving.stop()
      await health.close()
    }
    return {
      port,
      healthPort: health.port,
      update: serving.update,
      stop() {
        stopped ??= drain()
        return stopped
      },
    }
  } catch (error) {
    await serving.stop()
    throw error
  }
}

/** The message of the log line that ends the start. */
export const READY = 'the edge takes connections'
