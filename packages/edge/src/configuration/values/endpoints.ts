import { findNearest } from '../nearest.js'
import type { Place } from '../place.js'
import type { RawEndpoint } from '../schema.js'
import type { EndpointConfiguration } from '../types.js'

/** The methods that a guarded endpoint can have. CONNECT and TRACE never reach the upstream. */
const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/**
 * Only what every reader spells the same way, as path-guard wants it: what passes here and not there would be found by the
 * start of the edge alone.
 */
const PATH = /^\/[A-Za-z0-9._~/-]*$/
const OTHER_SPELLING = /\/\/|\/\.{1,2}(?:\/|$)|\.$|.\/$/

export const DEFAULT_ENDPOINTS: readonly EndpointConfiguration[] = [
  { path: '/oauth/token', methods: ['POST'] },
  { path: '/oauth/par', methods: ['POST'] },
  { path: '/userinfo', methods: ['GET', 'POST'] },
]

/** Reads the endpoints that clients with certificates may reach. A path without methods is for POST; `/userinfo` for GET too. */
export function readEndpoints(
  raw: readonly (RawEndpoint | undefined)[] | undefined,
  place: Place,
): readonly EndpointConfiguration[] {
  if (raw === undefined) return DEFAULT_ENDPOINTS
  const endpoints: EndpointConfiguration[] = []
  for (const [index, item] of raw.entries()) {
    const endpoint = item === undefined ? null : readEndpoint(item, place.at(index))
    if (endpoint === null) continue
    if (endpoints.some(({ path }) => path === endpoint.path)) {
      place.at(index).error('is listed a second time', 'write each path once, with all its methods')
    }
    endpoints.push(endpoint)
  }
  return endpoints
}

function readEndpoint(raw: RawEndpoint, place: Place): EndpointConfiguration | null {
  const { path } = raw
  if (path === undefined) return null
  if (!PATH.test(path) || OTHER_SPELLING.test(path)) {
    return place.error(
      'is not a path in the one spelling that is compared',
      'write it as clients send it, such as /oauth/revoke: from the slash on, in letters, digits and - . _ ~, without query, escapes, `//`, `..`, and a slash or dot at its end',
    )
  }
  const methods =
    raw.methods?.map((method, index) => readMethod(method, place.at('methods', index))) ??
    (path === '/userinfo' ? ['GET', 'POST'] : ['POST'])
  const known = methods.filter((method) => method !== null)
  if (new Set(known).size < known.length) {
    return place.at('methods').error('lists a method twice', 'write each method once')
  }
  return known.length === methods.length ? { path, methods: known } : null
}

function readMethod(method: string | undefined, place: Place): string | null {
  if (method === undefined) return null
  if (METHODS.includes(method)) return method
  const nearest = findNearest(method, METHODS)
  return place.error(
    'is not a method that can be let through',
    nearest === null ? `write one of ${METHODS.join(', ')}` : `did you mean ${nearest}?`,
  )
}
