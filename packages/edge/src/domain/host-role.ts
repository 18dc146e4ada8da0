import type { DomainConfiguration } from '../configuration/types.js'

/**
 * What a host is for:
 * - `alias`: the mTLS alias. Every connection is asked for a certificate, every request needs a valid one.
 * - `public`: the custom domain. No connection is asked for a certificate.
 * - `shared`: both in one name, where the tenant's aliases are off. Every connection is asked for a certificate and
 *   may come without.
 */
export type HostRole = 'alias' | 'public' | 'shared'

export interface HostDescription {
  /** Lower-case, without trailing dot. */
  readonly name: string
  readonly role: HostRole
}

/** The hosts of a domain, each of which becomes a server of its own. */
export function hostsOf(domain: DomainConfiguration): readonly HostDescription[] {
  const { customDomain, mtlsDomain } = domain
  if (customDomain === mtlsDomain) return [{ name: customDomain, role: 'shared' }]
  return [
    { name: customDomain, role: 'public' },
    { name: mtlsDomain, role: 'alias' },
  ]
}
