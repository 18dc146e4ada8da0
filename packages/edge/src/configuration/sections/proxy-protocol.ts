import type { Place } from '../place.js'
import type { RawConfiguration } from '../schema.js'
import type { ListenConfiguration } from '../types.js'
import { readAddressRange } from '../values/address-range.js'

type Raw = NonNullable<RawConfiguration['listen']>['proxyProtocol']

/** A range this wide has most of the internet in it: whoever is in it may say that it is anybody. */
const WIDEST = { ipv4: 8, ipv6: 16 }

/** Reads which balancers put a PROXY header before each connection. */
export function readProxyProtocol(raw: Raw, place: Place): ListenConfiguration['proxyProtocol'] {
  if (raw === undefined) return null
  const trusted = (raw.trusted ?? []).flatMap((text, index) => {
    const itsPlace = place.at('trusted', index)
    const range = text === undefined ? null : readAddressRange(text, itsPlace)
    if (range === null) return []
    if (range.bits < WIDEST[range.family]) {
      itsPlace.warning(
        'trusts more addresses than a network of your own has, and each of them may claim any address',
        "write the load balancer's own addresses, such as 10.0.0.0/24",
      )
    }
    return [text ?? '']
  })
  return { trusted }
}
