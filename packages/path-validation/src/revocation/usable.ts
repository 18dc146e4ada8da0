import type { AlgorithmSwitches } from '../path/input.js'
import { isStrong } from '../rules/algorithms.js'
import type { Crl } from './crl.js'

/** Why a list can't be relied on now, whatever it says; `null` where it can. The signature is another question. */
export function problemOf(
  crl: Crl,
  at: Date,
  staleGrace: number,
  algorithms: AlgorithmSwitches,
): string | null {
  if (crl.unknownCritical.length > 0) return 'it has a critical extension that is not known'
  if (!isStrong(crl.signatureAlgorithm, algorithms)) return 'it is signed by a weak algorithm'
  if (!(at.getTime() >= crl.thisUpdate.getTime())) return 'it is from the future'
  // RFC 5280 section 5.1.2.5: nextUpdate MUST be there; without it nobody knows when the list is stale.
  if (crl.nextUpdate === null) return 'it has no nextUpdate'
  if (!(at.getTime() <= endOf(crl, staleGrace))) return 'it is stale'
  return null
}

/** The last moment at which the list is relied on, in milliseconds. */
export function endOf(crl: Crl, staleGrace: number): number {
  return (crl.nextUpdate?.getTime() ?? Number.NEGATIVE_INFINITY) + staleGrace
}
