import type { Part, Parts } from '../parts.js'
import type { WorkerProcess } from './worker-process.js'

/** Makes one part of many workers, and remembers since when it is so. */
export function createWorkersPart(wanted: number): (ready: number) => Part {
  let part: Part | null = null
  return (ready) => {
    if (part === null || part.ready !== ready)
      part = { state: stateOf(ready, wanted), since: new Date().toISOString(), wanted, ready }
    return part
  }
}

function stateOf(ready: number, wanted: number): Part['state'] {
  if (ready === wanted) return 'ready'
  return ready > 0 ? 'degraded' : 'away'
}

/** Parts that each worker has by itself, and that all of them are in one word. */
export const describeShared = (workers: readonly Pick<WorkerProcess, 'parts'>[]): Parts => ({
  ...describeRegistries(workers),
  ...describeRateLimits(workers),
  ...describeTracing(workers),
  ...describeRevocation(workers),
})

/** Degraded as soon as one worker counts requests for this edge alone. */
export function describeRateLimits(workers: readonly Pick<WorkerProcess, 'parts'>[]): Parts {
  const rateLimits = workers.flatMap(({ parts: { rateLimit } }) => rateLimit ?? [])
  const latest = rateLimits.toSorted((a, b) => b.since.localeCompare(a.since))[0]
  if (latest === undefined) return {}
  const isReady = rateLimits.every(({ state }) => state === 'ready')
  return { rateLimit: { state: isReady ? 'ready' : 'degraded', since: latest.since } }
}

/** Whether traces arrive, of all workers. */
export function describeTracing(workers: readonly Pick<WorkerProcess, 'parts'>[]): Parts {
  const parts = workers.flatMap(({ parts: { tracing } }) => tracing ?? [])
  const worst = parts.find(({ state }) => state !== 'ready') ?? parts[0]
  return worst === undefined ? {} : { tracing: worst }
}

/** Revocation information, of all workers: each fetches for itself. */
function describeRevocation(workers: readonly Pick<WorkerProcess, 'parts'>[]): Parts {
  const parts = workers.flatMap(({ parts: { revocation } }) => revocation ?? [])
  const worst = parts.find(({ state }) => state !== 'ready') ?? parts[0]
  return worst === undefined ? {} : { revocation: worst }
}

/** The registry as the workers see it, each by its own connection: away where none has it, degraded where some have. */
export function describeRegistries(workers: readonly Pick<WorkerProcess, 'parts'>[]): Parts {
  const registries = workers.flatMap(({ parts: { registry } }) => registry ?? [])
  const latest = registries.toSorted((a, b) => b.since.localeCompare(a.since))[0]
  if (latest === undefined) return {}
  const fresh = registries.filter(({ state }) => state === 'ready').length
  return { registry: { state: stateOf(fresh, registries.length), since: latest.since } }
}
