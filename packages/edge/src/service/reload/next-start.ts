import type { EdgeConfiguration } from '../../configuration/types.js'

/** The keys that were changed and belong to the process: they take effect at its next start alone. */
export function listForNextStart(
  started: EdgeConfiguration,
  next: EdgeConfiguration,
): readonly string[] {
  const before = describeProcess(started)
  const after = describeProcess(next)
  return Object.keys(before).filter((key) => before[key] !== after[key])
}

/** What only the start reads, each value as text. Never logged: the registry's URL may hold a password. */
function describeProcess(configuration: EdgeConfiguration): Readonly<Record<string, string>> {
  const { listen, health, workers, shutdownTimeout, drainDelay, registry } = configuration
  return {
    listen: JSON.stringify(listen),
    health: JSON.stringify(health),
    workers: String(workers),
    shutdownTimeout: String(shutdownTimeout),
    drainDelay: String(drainDelay),
    registry: registry === null ? '' : `${registry.url.reveal()} ${registry.maxStaleness}`,
  }
}
