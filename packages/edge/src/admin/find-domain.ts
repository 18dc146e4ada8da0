import { normalizeDomain } from '@mtls-edge/cert-registry'
import type { DomainConfiguration, EdgeConfiguration } from '../configuration/index.js'
import { InvalidRequestError } from './errors.js'

/**
 * The domain that a request is for: the one named, by its own name or its alias's, or the only one there is.
 *
 * @throws FST_EDGE_ADMIN_INVALID_REQUEST that lists the names to choose from
 */
export function findDomain(
  { domains }: Pick<EdgeConfiguration, 'domains'>,
  name: string | undefined,
): DomainConfiguration {
  const names = domains.map(({ customDomain }) => customDomain).join(', ')
  const [only, ...others] = domains
  if (name === undefined) {
    if (only !== undefined && others.length === 0) return only
    throw new InvalidRequestError(`there are several domains: name one of ${names}`)
  }
  const wanted = normalizeDomain(name)
  const found = domains.find(
    ({ customDomain, mtlsDomain }) => customDomain === wanted || mtlsDomain === wanted,
  )
  if (found !== undefined) return found
  throw new InvalidRequestError(`the domain is none of the configuration: choose from ${names}`)
}
