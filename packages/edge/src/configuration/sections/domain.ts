import type { ReadContext } from '../context.js'
import type { Place } from '../place.js'
import type { RawDomain } from '../schema.js'
import type { DomainConfiguration, TlsProfile } from '../types.js'
import { readEndpoints } from '../values/endpoints.js'
import { readHostName } from '../values/host-name.js'
import { readAuth0 } from './auth0.js'
import { readClientCertificates } from './client-certificates.js'
import { readServerCertificates } from './server-certificates.js'

/** The alias that Auth0 gives a custom domain. */
const ALIAS_PREFIX = 'mtls.'

/** Reads one domain. What concerns several of them is judged by `checkNames`. */
export function readDomain(
  raw: RawDomain,
  tlsProfile: TlsProfile,
  place: Place,
  context: ReadContext,
): DomainConfiguration | null {
  const customDomain =
    raw.customDomain === undefined ? null : readHostName(raw.customDomain, place.at('customDomain'))
  const mtlsDomain = readAlias(raw.mtlsDomain, customDomain, place)
  const hosts = [customDomain, mtlsDomain].filter((host) => host !== null)
  const serverCertificates = readServerCertificates(
    raw.serverCertificates,
    hosts,
    tlsProfile,
    place.at('serverCertificates'),
    context,
  )
  const auth0 = raw.auth0 === undefined ? null : readAuth0(raw.auth0, place.at('auth0'), context)
  const endpoints = readEndpoints(raw.endpoints, place.at('endpoints'))
  const clientCertificates =
    raw.clientCertificates === undefined
      ? null
      : readClientCertificates(raw.clientCertificates, place.at('clientCertificates'), context)
  if (
    customDomain === null ||
    mtlsDomain === null ||
    auth0 === null ||
    clientCertificates === null
  ) {
    return null
  }
  return {
    customDomain,
    mtlsDomain,
    publicTraffic: raw.publicTraffic ?? 'forward',
    serverCertificates,
    auth0,
    endpoints,
    resumption: raw.resumption ?? 'off',
    http2: raw.http2 ?? false,
    clientCertificates,
  }
}

function readAlias(
  raw: string | undefined,
  customDomain: string | null,
  place: Place,
): string | null {
  if (raw !== undefined) return readHostName(raw, place.at('mtlsDomain'))
  if (customDomain === null) return null
  return readHostName(ALIAS_PREFIX + customDomain, place.at('mtlsDomain'))
}
