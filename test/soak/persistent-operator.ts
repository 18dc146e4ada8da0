import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { RegistryStore } from '@mtls-edge/cert-registry'

const ACTOR = 'operator'

/** Between two changes, in milliseconds. */
const PAUSE = 25

/** Tries a change again for as long as the store is away, as a person would. */
export async function persist<T>(change: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await change()
    } catch (error) {
      if (!isAway(error)) throw error
    }
    await pause(PAUSE)
  }
}

/**
 * Denies one unknown certificate after the other until it is told to end; each is tried until it succeeds.
 *
 * @returns the thumbprints, all of which the store has confirmed
 */
export async function denySteadily(
  store: RegistryStore,
  domain: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const run = randomUUID()
  const denied: string[] = []
  while (!signal.aborted) {
    const thumbprint = createHash('sha256').update(`${run} ${denied.length}`).digest('hex')
    await persist(() => store.deny({ domain, thumbprint }, ACTOR))
    denied.push(thumbprint)
    await pause(PAUSE, undefined, { signal }).catch(() => undefined)
  }
  return denied
}

/** The changes that are lost: not in the store, or not once in its trail. */
export async function findLost(
  store: RegistryStore,
  domain: string,
  denied: readonly string[],
): Promise<readonly string[]> {
  const lines = new Map<string, number>()
  for (let after: string | null = '0'; after !== null; ) {
    const page = await store.audit({ domain, after, limit: 1000 })
    for (const { thumbprint, toState } of page.items)
      if (toState === 'revoked') lines.set(thumbprint, (lines.get(thumbprint) ?? 0) + 1)
    after = page.next
  }
  const revoked = new Set<string>()
  for await (const { thumbprint } of store.export({ domain, state: 'revoked' }))
    revoked.add(thumbprint)
  return denied.filter((print) => !revoked.has(print) || lines.get(print) !== 1)
}

const isAway = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'FST_CERT_REGISTRY_UNAVAILABLE'
