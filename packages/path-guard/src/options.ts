import { type EndpointOption, type EndpointTable, readEndpointTable } from './endpoint-table.js'
import { InvalidOptionError } from './errors.js'
import { readHostOptions } from './host-options.js'

/** What the plugin is registered with. */
export interface PathGuardOptions {
  /**
   * The names that this Fastify instance answers for: DNS names (international ones as A-labels,
   * `xn--...`) or IPv4 addresses, without port. Compared without case. Required, at least one.
   */
  readonly hosts: readonly string[]
  /**
   * The endpoints that are let through, or `'any'` for every path. Default: `/oauth/token`,
   * `/oauth/par` (POST) and `/userinfo` (GET and POST).
   */
  readonly endpoints?: readonly EndpointOption[] | 'any'
  /**
   * What becomes of a path outside the table: `'refuse'` answers 404, `'pass'` lets it through with
   * `request.allowedEndpoint` null. A path that some reader could take for one of the table is
   * refused either way. Default: `'refuse'`; not for `endpoints: 'any'`.
   */
  readonly otherPaths?: 'refuse' | 'pass'
}

/** The options, read once: what every request is decided by. */
export interface Policy {
  /** In lower case, without port. */
  readonly hosts: ReadonlySet<string>
  /** Null: any path. */
  readonly endpoints: EndpointTable | null
  readonly passesOtherPaths: boolean
}

/** What Auth0 wants on an mTLS alias, and nothing else. */
const DEFAULT_ENDPOINTS = ['/oauth/token', '/oauth/par', '/userinfo'] as const
const OPTION_NAMES: readonly string[] = [
  'hosts',
  'endpoints',
  'otherPaths',
] satisfies (keyof PathGuardOptions)[]

/**
 * Reads and checks the options.
 *
 * @throws FST_PATH_GUARD_INVALID_OPTION with the option's path, what is wrong and what is accepted
 */
export function readOptions(options: PathGuardOptions): Policy {
  for (const name of Object.keys(options)) {
    if (OPTION_NAMES.includes(name)) continue
    throw new InvalidOptionError(`${name} is no option: accepted are ${OPTION_NAMES.join(', ')}`)
  }
  const { endpoints = DEFAULT_ENDPOINTS, otherPaths } = options
  if (otherPaths !== undefined && otherPaths !== 'refuse' && otherPaths !== 'pass') {
    throw new InvalidOptionError("otherPaths must be 'refuse' or 'pass'")
  }
  if (endpoints === 'any' && otherPaths === 'refuse') {
    throw new InvalidOptionError(
      "otherPaths can't be 'refuse' where endpoints is 'any': leave otherPaths out, or name the endpoints",
    )
  }
  return Object.freeze({
    hosts: readHostOptions(options.hosts),
    endpoints: endpoints === 'any' ? null : readEndpointTable(endpoints),
    passesOtherPaths: endpoints === 'any' || otherPaths === 'pass',
  })
}
