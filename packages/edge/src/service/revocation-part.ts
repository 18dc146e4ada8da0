import type { EdgeConfiguration } from '../configuration/types.js'
import type { RevocationItem } from './list-revocation.js'
import type { Part, Parts } from './parts.js'

/** How often it is looked at anew, in milliseconds: there may be thousands of OCSP answers, and parts are told often. */
const LOOK_EVERY = 5_000

/** Milliseconds without another attempt after which a failure is nobody's any more: no client asks for that address. */
const FORGOTTEN_AFTER = 600_000

/**
 * Makes the part of revocation information, for domains that look at it: `degraded` while a list of a file is out of date or an address
 * can't be fetched from. It never says that the edge can't serve, with `mode: require` neither: one CA's responder that is away
 * has the certificates refused that nobody else speaks of, and taking the whole edge away would refuse all of them.
 */
export function createRevocationPart(
  inForce: () => Pick<EdgeConfiguration, 'domains'>,
  listItems: () => readonly RevocationItem[],
  now: () => number = Date.now,
): () => Parts {
  let readySince: Date | null = null
  let looked: { readonly at: number; readonly parts: Parts } | null = null

  function look(time: number): Parts {
    const domains = inForce().domains.filter(looksAtRevocation)
    if (domains.length === 0) return {}
    const names = new Set(domains.map(({ customDomain }) => customDomain))
    const troubles = listItems()
      .filter(({ domain }) => names.has(domain))
      .flatMap((item) => troubleOf(item, time) ?? [])
    return { revocation: describe(troubles, time) }
  }

  function describe(troubles: readonly Date[], time: number): Part {
    const [first] = troubles.toSorted((a, b) => a.getTime() - b.getTime())
    if (first !== undefined) {
      readySince = null
      return { state: 'degraded', since: first.toISOString() }
    }
    readySince ??= new Date(time)
    return { state: 'ready', since: readySince.toISOString() }
  }

  return () => {
    const time = now()
    if (looked === null || time - looked.at >= LOOK_EVERY) looked = { at: time, parts: look(time) }
    return looked.parts
  }
}

function looksAtRevocation({ clientCertificates }: EdgeConfiguration['domains'][number]): boolean {
  const revocation = clientCertificates.caSigned?.revocation
  return revocation !== undefined && revocation.mode !== 'off'
}

/** Since when something is wrong with it; `null` where nothing is. */
function troubleOf(item: RevocationItem, now: number): Date | null {
  const { origin, thisUpdate, nextUpdate, failure } = item
  // What was fetched is fetched anew before it is out of date, unless nobody needs it any more.
  if (origin === 'fetched') {
    return failure === null || now - failure.at.getTime() > FORGOTTEN_AFTER ? null : failure.since
  }
  if (nextUpdate === null) return thisUpdate
  return nextUpdate.getTime() < now ? nextUpdate : null
}
