import type { EndCount, Registry } from '@mtls-edge/cert-registry'
import type { FastifyBaseLogger } from 'fastify'

/** Changes are counted this much later, in milliseconds: they often come in numbers. */
const SHORTEST_PAUSE = 1_000

/** After counting comes a pause this many times as long, so that it never takes more than a twentieth of a processor. */
const REST = 20

/** How many certificates the registry holds, by the day on which they end. */
export interface RegisteredCounts {
  /** As counted last; `null` before the first time. */
  readonly counts: readonly EndCount[] | null
  close(): Promise<void>
}

/** Counts at the start and after changes, beside what else the process does. */
export function countRegistered(
  { store, onChange }: Pick<Registry, 'store' | 'onChange'>,
  log: FastifyBaseLogger,
): RegisteredCounts {
  let counts: readonly EndCount[] | null = null
  let counting: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let pauseTime = SHORTEST_PAUSE
  let isClosed = false

  async function count(): Promise<void> {
    timer = undefined
    const start = performance.now()
    try {
      counts = await store.countByEnd()
    } catch (error) {
      // While the store is away what was counted last stands; /readyz tells that it is.
      log.debug({ event: 'registry_count', err: error }, 'the registry was not counted')
      schedule()
    }
    pauseTime = Math.max(SHORTEST_PAUSE, (performance.now() - start) * REST)
  }

  function schedule(): void {
    if (isClosed || timer !== undefined) return
    timer = setTimeout(() => {
      counting = count()
    }, pauseTime)
    timer.unref()
  }

  const stopListening = onChange(schedule)
  counting = count()
  return {
    get counts() {
      return counts
    },
    async close() {
      isClosed = true
      stopListening()
      clearTimeout(timer)
      await counting
    },
  }
}
