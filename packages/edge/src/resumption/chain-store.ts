import { hash } from 'node:crypto'
import type { PresentedChain } from '@mtls-edge/cert-verifier'

/** A store takes 8 MB with as many chains of one CA, and as much again for those of before the turn. */
const MAX_CHAINS = 20_000

/** All different certificates of chains together: 10,000 usual ones, or 160 lists as long as OpenSSL takes them. */
const MAX_BYTES = 16_777_216

/** One leaf with more different certificates beside it is no real client's: further ones can only be missed. */
const MAX_POOL = 20

/** Chains by the thumbprint of their leaf. */
export interface ChainStore {
  /** Adds what is new of it. `full`: it was not added. */
  add(thumbprint: string, chain: PresentedChain): 'known' | 'added' | 'full'
  find(thumbprint: string): PresentedChain | null
  /** Begins anew. What is there now can be found until the next turn: there are handshakes under way. */
  turn(): void
}

/** Makes a store of bounded size, in which a certificate that many chains share is kept once. */
export function createChainStore(): ChainStore {
  let chains = new Map<string, PresentedChain>()
  let before = chains
  let certificates = new Map<string, Uint8Array>()
  let bytes = 0

  function share(der: Uint8Array): Uint8Array {
    const key = hash('sha256', der)
    const known = certificates.get(key)
    if (known !== undefined) return known
    // A copy: what comes from another process is a window on all of its message.
    const copy = Uint8Array.from(der)
    certificates.set(key, copy)
    bytes += copy.length
    return copy
  }

  return {
    add(thumbprint, { pool, since }) {
      const known = chains.get(thumbprint)
      const old = known?.pool ?? []
      const more = pool.filter((der) => !old.some((other) => isEqual(der, other)))
      const room = MAX_POOL - old.length
      if (known !== undefined && since >= known.since && (more.length === 0 || room === 0))
        return 'known'
      if (chains.size >= MAX_CHAINS || bytes >= MAX_BYTES) return 'full'
      chains.set(thumbprint, {
        pool: [...old, ...more.slice(0, room).map(share)],
        since: Math.min(since, known?.since ?? since),
      })
      return 'added'
    },
    find: (thumbprint) => chains.get(thumbprint) ?? before.get(thumbprint) ?? null,
    turn() {
      before = chains
      chains = new Map()
      certificates = new Map()
      bytes = 0
    },
  }
}

const isEqual = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0
