import type { Certificate } from '@mtls-edge/path-validation'
import { readPool } from '../decision/read-pool.js'
import type { PresentedChain } from './chain-memory.js'
import type { ReceivedCertificates } from './presented.js'

/** A certificate is valid to the end of the second in `notAfter` (RFC 5280 section 4.1.2.5). */
const LAST_SECOND = 1000

const nextDates = new WeakMap<PresentedChain, number>()

/**
 * Puts together what a full handshake would show now: the leaf of the session, the chain that came with it once, and
 * OpenSSL's verdict of then. That verdict is as good as a new one until a date is reached, of any certificate that it may
 * rest on; anchors, intermediates and profile can't have changed, since session secrets are replaced with them.
 *
 * @param chain `null`: not known
 * @param configured anchors and intermediates
 * @param now milliseconds since the epoch
 */
export function completeResumed(
  presented: ReceivedCertificates,
  chain: PresentedChain | null,
  configured: readonly Certificate[],
  now: number,
): ReceivedCertificates {
  if (chain === null) return { ...presented, missing: 'chain' }
  const complete = { ...presented, pool: chain.pool }
  return now < nextDateOf(presented.leaf, chain, configured)
    ? complete
    : { ...complete, missing: 'handshake' }
}

function nextDateOf(
  leaf: Uint8Array,
  chain: PresentedChain,
  configured: readonly Certificate[],
): number {
  const known = nextDates.get(chain)
  if (known !== undefined) return known
  const certificates = [...readPool([leaf, ...chain.pool]), ...configured]
  const dates = certificates
    .flatMap(({ notBefore, notAfter }) => [notBefore.getTime(), notAfter.getTime() + LAST_SECOND])
    .filter((date) => date > chain.since)
  const next = Math.min(...dates)
  nextDates.set(chain, next)
  return next
}
