import { normalizeDomain } from '@mtls-edge/cert-registry'
import { UsageError } from '../exit.js'

/** The names of a configuration's domains, which a command chooses from. */
export interface DomainNames {
  readonly domains: readonly { readonly customDomain: string; readonly mtlsDomain: string }[]
}

/**
 * The domain that a command is for: the one named, by its own name or its alias's, or the only one there is.
 *
 * @throws UsageError that lists the names to choose from
 */
export function chooseDomain({ domains }: DomainNames, name: string | undefined): string {
  const names = domains.map(({ customDomain }) => customDomain)
  if (name === undefined) {
    const [only, ...others] = names
    if (only !== undefined && others.length === 0) return only
    throw new UsageError(`there are several domains: add --domain with one of ${names.join(', ')}`)
  }
  const wanted = normalizeDomain(name)
  const found = domains.find(
    ({ customDomain, mtlsDomain }) => customDomain === wanted || mtlsDomain === wanted,
  )
  if (found !== undefined) return found.customDomain
  throw new UsageError(`--domain names none of the configuration: choose from ${names.join(', ')}`)
}
