import { setTimeout as pause } from 'node:timers/promises'
import { createPki, startRecordingUpstream } from '@mtls-edge/testkit'
import { ALIAS, type ChangingEdge, KINDS, startChangingEdge } from './changing-edge.ts'
import { type SteadyResult, sendSteadily } from './steady-requests.ts'

/** From one change in force to the next change, in milliseconds. */
const BETWEEN_CHANGES = 500

/** Then it was refused, which is counted. In milliseconds. */
const GIVE_UP_AFTER = 30_000

/** How often the log is looked at, in milliseconds. */
const LOOK_EVERY = 50

export interface LoadOptions {
  /** Empty, and removed by the caller. */
  readonly directory: string
  readonly workers: number
  readonly perSecond: number
  readonly seconds: number
}

export interface LoadResult extends SteadyResult {
  readonly changes: readonly Change[]
  /** How many changes the edge refused. */
  readonly refused: number
  /** Whether the key of the last request is the last one that was written. */
  readonly hasLastKey: boolean
}

export interface Change {
  readonly what: string
  /** Milliseconds until the log said that it is in force. */
  readonly inForceAfter: number
}

/**
 * Changes the server certificate, CRL, anchors, API key, domain list and endpoints in turn while requests come at a steady
 * pace.
 */
export async function changeUnderLoad(options: LoadOptions): Promise<LoadResult> {
  const { directory, workers, perSecond, seconds } = options
  const pki = createPki({ name: 'Upstream' })
  const upstream = await startRecordingUpstream({ certificate: pki.server('localhost') })
  const edge = await startChangingEdge(directory, upstream.port, pki.root.pem, workers)
  try {
    const { port, ca, client: certificate } = edge
    const end = new AbortController()
    const changes: Change[] = []
    let isChanging = true
    const changing = changeUntil(end.signal, edge, changes).finally(() => {
      isChanging = false
    })
    const result = await sendSteadily({
      port,
      ca,
      certificate,
      servername: ALIAS,
      perSecond,
      seconds,
      // On a busy machine each kind of change takes its time.
      goesOn: () => isChanging && changes.length < KINDS,
    })
    end.abort()
    await changing
    await sendSteadily({ port, ca, certificate, servername: ALIAS, perSecond: 1, seconds: 1 })
    const hasLastKey = upstream.requests.at(-1)?.headers['cname-api-key'] === edge.apiKey
    const { refused } = await edge.countLoads()
    return { ...result, changes, hasLastKey, refused }
  } finally {
    await edge.stop()
    await upstream.close()
  }
}

/** Makes one change after the other, and notes those that came into force. Ends early where one does not. */
async function changeUntil(
  signal: AbortSignal,
  edge: ChangingEdge,
  changes: Change[],
): Promise<void> {
  while (await pause(BETWEEN_CHANGES, true, { signal }).catch(() => false)) {
    const what = await edge.changeNext()
    const startedAt = performance.now()
    while ((await edge.countLoads()).loaded <= changes.length) {
      await pause(LOOK_EVERY)
      if (performance.now() - startedAt > GIVE_UP_AFTER) return
    }
    changes.push({ what, inForceAfter: performance.now() - startedAt })
  }
}
