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

type ProcessConfiguration = Pick<
  EdgeConfiguration,
  | 'listen'
  | 'health'
  | 'admin'
  | 'workers'
  | 'shutdownTimeout'
  | 'drainDelay'
  | 'registry'
  | 'rateLimit'
  | 'tracing'
>

/** What a running edge has of the configuration that it was started with, whatever the files say by now. */
export function takesEffectAtNextStart(
  started: EdgeConfiguration,
): Omit<ProcessConfiguration, 'admin' | 'rateLimit'> {
  const { listen, health, workers, shutdownTimeout, drainDelay, registry, tracing } = started
  return { listen, health, workers, shutdownTimeout, drainDelay, registry, tracing }
}

/** What only the start reads, each value as text. Never logged: the registry's URL may hold a password. */
function describeProcess(configuration: ProcessConfiguration): Readonly<Record<string, string>> {
  const {
    listen,
    health,
    admin,
    workers,
    shutdownTimeout,
    drainDelay,
    registry,
    rateLimit,
    tracing,
  } = configuration
  return {
    listen: JSON.stringify(listen),
    health: JSON.stringify(health),
    admin: describeAdmin(admin),
    workers: String(workers),
    shutdownTimeout: String(shutdownTimeout),
    drainDelay: String(drainDelay),
    'rateLimit.redis': rateLimit.redis?.reveal() ?? '',
    tracing: JSON.stringify(tracing),
    registry: registry === null ? '' : `${registry.url.reveal()} ${registry.maxStaleness}`,
  }
}

/** The token and the certificate of one that has TLS are taken over while it runs. */
function describeAdmin(admin: EdgeConfiguration['admin']): string {
  if (admin === null) return ''
  const { host, port, tls, allowedHosts } = admin
  return JSON.stringify({ host, port, hasTls: tls !== null, allowedHosts })
}
