import { checkEndpointPath, isMethodList, KNOWN_METHODS } from './endpoint-syntax.js'
import { InvalidOptionError } from './errors.js'
import { type Refusal, refuse } from './refusal.js'
import { foldPath } from './rules/look-alike.js'

/** An endpoint: a path (`POST`; `/userinfo` `GET` and `POST`), or a path with its methods. */
export type EndpointOption = string | { readonly path: string; readonly methods: readonly string[] }

/** What `request.allowedEndpoint` holds: the entry of the table that the request matched. */
export interface AllowedEndpoint {
  readonly path: string
  /** In upper case, as HTTP's methods are compared with case. */
  readonly methods: readonly string[]
}

/** An entry of the table with all that a request can need of it, made once. */
export interface EndpointEntry extends AllowedEndpoint {
  readonly passage: Passage
  readonly wrongMethod: Refusal
}

/** The verdict that lets a request through. */
export interface Passage {
  readonly refused: false
  /** Null where any path passes. */
  readonly endpoint: AllowedEndpoint | null
}

/** The table, by exact path. */
export interface EndpointTable {
  readonly byPath: ReadonlyMap<string, EndpointEntry>
  /** Every path in the spelling that its look-alikes share. */
  readonly foldedPaths: ReadonlySet<string>
}

/**
 * Reads `endpoints` into a table.
 *
 * @throws FST_PATH_GUARD_INVALID_OPTION
 */
export function readEndpointTable(endpoints: unknown): EndpointTable {
  if (!Array.isArray(endpoints) || endpoints.length === 0) {
    throw new InvalidOptionError(
      "endpoints must be 'any' or a list of at least one endpoint: write endpoints: ['/oauth/token']",
    )
  }
  const byPath = new Map<string, EndpointEntry>()
  for (const [index, option] of endpoints.entries()) {
    const entry = readEndpoint(option, `endpoints[${index}]`)
    if (byPath.has(entry.path)) {
      throw new InvalidOptionError(
        `endpoints[${index}] (${entry.path}) is there twice: put all its methods into one item`,
      )
    }
    byPath.set(entry.path, entry)
  }
  return { byPath, foldedPaths: new Set([...byPath.keys()].map(foldPath)) }
}

function readEndpoint(option: unknown, where: string): EndpointEntry {
  if (typeof option === 'string') {
    const path = checkEndpointPath(option, where)
    return createEntry(path, path === '/userinfo' ? ['GET', 'POST'] : ['POST'])
  }
  if (typeof option !== 'object' || option === null || !('path' in option)) {
    throw new InvalidOptionError(`${where} must be a path or { path, methods }`)
  }
  for (const key of Object.keys(option)) {
    if (key === 'path' || key === 'methods') continue
    throw new InvalidOptionError(`${where}.${key} is no option: accepted are path, methods`)
  }
  const path = checkEndpointPath(option.path, `${where}.path`)
  const methods = 'methods' in option ? option.methods : undefined
  if (!isMethodList(methods)) {
    throw new InvalidOptionError(
      `${where}.methods must be a list of at least one of ${KNOWN_METHODS.join(', ')}, each once and in upper case`,
    )
  }
  return createEntry(path, methods)
}

function createEntry(path: string, methods: readonly string[]): EndpointEntry {
  const endpoint: AllowedEndpoint = Object.freeze({ path, methods: Object.freeze([...methods]) })
  return Object.freeze({
    ...endpoint,
    passage: Object.freeze({ refused: false, endpoint }),
    wrongMethod: refuse(
      'method_not_allowed',
      'the method is not one of the endpoint',
      endpoint.methods.join(', '),
    ),
  })
}
