import { setTimeout as pause } from 'node:timers/promises'
import { openIdleClients } from './idle-clients.ts'
import { readUsage, type Usage } from './process-usage.ts'
import { type SlowKind, startSlowClients } from './slow-clients.ts'
import { ALIAS, startSoakedEdge } from './soaked-edge.ts'
import { type SteadyResult, sendSteadily } from './steady-requests.ts'

/** Kept connections to the upstream close after half a minute; the rest is for a busy machine. In milliseconds. */
const CLOSING_TIME = 90_000

export interface IdleAndSlowOptions {
  /** Empty, and removed by the caller. */
  readonly directory: string
  readonly workers: number
  readonly seconds: number
  readonly idle: number
  readonly slowOfEachKind: number
  readonly perSecond: number
  /** The edge's. */
  readonly limits: object
  /** Is told once a second how it stands. */
  readonly onSample?: (sample: Sample) => void
}

/** What the edge took at one time. */
export interface Sample extends Usage {
  /** From when all idle connections were open. */
  readonly second: number
  /** Requests that were answered so far. */
  readonly served: number
}

export interface IdleAndSlowResult extends SteadyResult {
  readonly samples: readonly Sample[]
  /** Idle connections that were still open at the end. */
  readonly idleAtEnd: number
  readonly cut: Readonly<Record<SlowKind, number>>
  /** Before anything was connected, and when everything had been closed for a while. */
  readonly before: Usage
  readonly after: Usage
}

/** Holds idle and slow connections to an edge, and sends it well-behaved requests meanwhile. */
export async function runIdleAndSlow(options: IdleAndSlowOptions): Promise<IdleAndSlowResult> {
  const { directory, workers, seconds, perSecond, limits, onSample } = options
  const edge = await startSoakedEdge(directory, workers, limits)
  try {
    const before = await readUsage(edge.pid)
    const idle = await openIdleClients(edge, options.idle)
    const slow = startSlowClients(edge, options.slowOfEachKind)
    const samples: Sample[] = []
    const end = new AbortController()
    const startedAt = performance.now()
    const sampling = (async () => {
      while (await pause(1_000, true, { signal: end.signal }).catch(() => false)) {
        const second = Math.round((performance.now() - startedAt) / 1_000)
        const sample = { second, served: edge.served, ...(await readUsage(edge.pid)) }
        samples.push(sample)
        onSample?.(sample)
      }
    })()
    const { port, ca, client: certificate } = edge
    const result = await sendSteadily({
      port,
      ca,
      certificate,
      servername: ALIAS,
      perSecond,
      seconds,
    })
    end.abort()
    await sampling
    const idleAtEnd = idle.open
    const cut = { ...slow.cut }
    idle.stop()
    await slow.stop()
    const after = await waitForDescriptors(edge.pid, before.descriptors)
    return { ...result, samples, idleAtEnd, cut, before, after }
  } finally {
    await edge.stop()
  }
}

/** Waits until there are no more of them than before, or for as long as it may take. */
async function waitForDescriptors(pid: number, before: number): Promise<Usage> {
  const deadline = performance.now() + CLOSING_TIME
  for (;;) {
    const usage = await readUsage(pid)
    if (usage.descriptors <= before || performance.now() > deadline) return usage
    await pause(250)
  }
}
