import type { Place } from '../place.js'
import type { DomainConfiguration } from '../types.js'

/** Checks what concerns all domains together: a name means one host, and no domain forwards to the edge itself. */
export function checkNames(
  domains: readonly (DomainConfiguration | null)[],
  domainsPlace: Place,
): void {
  const owners = new Map<string, string>()
  for (const [index, domain] of domains.entries()) {
    if (domain === null) continue
    const place = domainsPlace.at(index)
    claim(domain.customDomain, place.at('customDomain'), owners)
    if (domain.mtlsDomain !== domain.customDomain) {
      claim(domain.mtlsDomain, place.at('mtlsDomain'), owners)
    }
  }
  for (const [index, domain] of domains.entries()) {
    if (domain === null) continue
    const target = new URL(domain.auth0.forwardingTarget).hostname
    const owner = owners.get(target)
    if (owner === undefined) continue
    domainsPlace
      .at(index, 'auth0', 'forwardingTarget')
      .error(
        `is the edge itself: ${owner} has the same name`,
        "write Auth0's origin domain name, such as https://tenant-cd-id.edge.tenants.eu.auth0.com",
      )
  }
}

function claim(name: string, place: Place, owners: Map<string, string>): void {
  const owner = owners.get(name)
  if (owner === undefined) {
    owners.set(name, place.name)
    return
  }
  place.error(`is ${name}, which ${owner} is already`, 'give every host a name of its own')
}
