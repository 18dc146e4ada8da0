import { isIP } from 'node:net'
import type { Place } from '../place.js'
import type { RawRevocation } from '../schema.js'
import type { RevocationConfiguration } from '../types.js'
import { isHostName, normalizeHostName } from '../values/host-name.js'

type Fetching = Pick<RevocationConfiguration, 'fetch' | 'fetchAllowHosts'>

/** Reads what revocation information is fetched, and which hosts may be at addresses that are not public. */
export function readFetching(raw: RawRevocation, place: Place): Fetching {
  const fetch = [...new Set((raw.fetch ?? []).flatMap((kind) => kind ?? []))]
  const fetchAllowHosts = (raw.fetchAllowHosts ?? []).flatMap((host, index) =>
    host === undefined ? [] : readHost(host, place.at('fetchAllowHosts', index)),
  )
  if (raw.mode === 'off' && fetch.length > 0) {
    place
      .at('fetch')
      .warning('has no effect with `mode: off`', 'write `mode: require` or `mode: prefer`')
  }
  if (fetch.length === 0 && fetchAllowHosts.length > 0) {
    place
      .at('fetchAllowHosts')
      .warning('has no effect, since nothing is fetched', 'write `fetch: [crl]`, or remove it')
  }
  return { fetch, fetchAllowHosts }
}

function readHost(text: string, place: Place): readonly string[] {
  const host = normalizeHostName(text)
  // A zone (fe80::1%eth0) is part of no address in a certificate.
  if ((isIP(host) !== 0 && !host.includes('%')) || isHostName(host)) return [host]
  place.error(
    'is neither a host name nor an IP address',
    'write it as it stands in the address, such as crl.example.com, without scheme, port and path',
  )
  return []
}
