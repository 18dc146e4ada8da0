import {
  createRevocationSource,
  type RevocationSource,
  type RevocationSourceOptions,
} from './source.js'
import { normalizeHost } from './target.js'

interface Shared {
  readonly source: RevocationSource
  users: number
}

/** By the clock, then by what may be fetched and how. */
const shared = new WeakMap<() => number, Map<string, Shared>>()

/**
 * Opens a source that all share in this process who may fetch the same from the same places within the same limits, so that
 * an address is asked once for several domains whose clients one CA certified. Where the rules differ, nothing is shared: what a
 * domain may not fetch it must not get by way of another one.
 *
 * What comes is judged for each certificate by the anchors of its own domain. Failures are told to the first who opened it. It
 * ends when the last one closes it.
 */
export function openSharedSource(
  options: RevocationSourceOptions & { readonly clock: () => number },
): RevocationSource {
  const { clock } = options
  // What can't be written down as text can't be compared: such a source is its own.
  if (options.resolve !== undefined) return createRevocationSource(options)
  const ofClock = shared.get(clock) ?? new Map<string, Shared>()
  shared.set(clock, ofClock)
  const key = keyOf(options)
  const entry = ofClock.get(key) ?? { source: createRevocationSource(options), users: 0 }
  ofClock.set(key, entry)
  entry.users += 1
  let isOpen = true
  return {
    get epoch() {
      return entry.source.epoch
    },
    crls: entry.source.crls,
    answersFor: entry.source.answersFor,
    fetchMissing: entry.source.fetchMissing,
    listFetched: entry.source.listFetched,
    close() {
      if (!isOpen) return
      isOpen = false
      entry.users -= 1
      if (entry.users > 0) return
      ofClock.delete(key)
      entry.source.close()
    },
  }
}

function keyOf({ fetch, allowHosts = [], limits = {} }: RevocationSourceOptions): string {
  const hosts = [...new Set(allowHosts.map(normalizeHost))].sort()
  return JSON.stringify([fetch, hosts, Object.entries(limits).sort()])
}
