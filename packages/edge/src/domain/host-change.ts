import { isDeepStrictEqual } from 'node:util'
import type { DomainConfiguration } from '../configuration/types.js'
import type { HostDescription } from './host-role.js'

/**
 * What a host can't change while it lives: its routes and its way to Auth0. Plain data, without a secret.
 *
 * Everything else of a domain must be something that `HostApp.update` takes over.
 */
export function describeFixed(host: HostDescription, domain: DomainConfiguration): object {
  const { customDomain, endpoints, publicTraffic, http2 } = domain
  const { forwardingTarget, clientIpHeader, ca } = domain.auth0
  return {
    host,
    customDomain,
    endpoints,
    publicTraffic,
    forwardingTarget,
    clientIpHeader,
    ca,
    http2,
  }
}

/** Compares plain data. Not for a `Secret`: what it holds is not seen, so that any two would be the same. */
export const isSame = (one: object, other: object): boolean => isDeepStrictEqual(one, other)
