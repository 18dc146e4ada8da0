import type { LimitsConfiguration, RateLimitConfiguration } from '../configuration/types.js'
import type { Counts } from './counts.js'
import { type Place, takePlace } from './place.js'

const MINUTE = 60_000

/** What bounds the connections of one address; `null`: nothing. */
export type ConnectionBounds = Pick<LimitsConfiguration, 'connectionsPerAddress'> &
  Pick<RateLimitConfiguration, 'newConnectionsPerAddress'>

/**
 * Asks for a place for a connection of this address: one among those that are open, and one among those that may begin within
 * a minute.
 *
 * @returns `null` where nothing is bounded
 */
export type TakeConnectionPlace = (address: string) => Place | null

/** Prepares the bounds on the connections of one address. */
export async function prepareConnectionPlaces(
  counts: Counts,
  { connectionsPerAddress, newConnectionsPerAddress }: ConnectionBounds,
): Promise<TakeConnectionPlace> {
  if (connectionsPerAddress === null && newConnectionsPerAddress === null) return () => null
  // Loaded at the start or while a reload is prepared: where that fails, so does either, and never a connection.
  const { addressKey } = await import('./address-key.js')
  return (address) => {
    const key = addressKey(address)
    const place =
      connectionsPerAddress === null ? null : takePlace(counts, key, connectionsPerAddress)
    if (newConnectionsPerAddress === null) return place
    const mayBegin = counts
      .hit(`connection:${key}`, MINUTE)
      .then(({ count }) => count <= newConnectionsPerAddress)
    return {
      isGranted: Promise.all([mayBegin, place?.isGranted ?? true]).then((all) =>
        all.every(Boolean),
      ),
      leave: () => place?.leave(),
    }
  }
}
