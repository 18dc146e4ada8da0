/** @see https://www.rfc-editor.org/rfc/rfc3986#section-3.3 */
import { InvalidOptionError } from './errors.js'

/**
 * What an endpoint can allow. CONNECT and TRACE are refused always, and no endpoint of an
 * authorization server has another.
 */
export const KNOWN_METHODS: readonly string[] = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]

const UNRESERVED_PATH = /^[A-Za-z0-9._~/-]+$/

/**
 * Checks a path of the table: only what every reader spells the same way, so that comparing bytes
 * is comparing paths.
 *
 * @param where the option's path, for the message
 * @throws FST_PATH_GUARD_INVALID_OPTION
 */
export function checkEndpointPath(path: unknown, where: string): string {
  if (typeof path !== 'string' || path === '') {
    throw new InvalidOptionError(`${where} must be a path such as /oauth/token`)
  }
  const problem = findProblem(path)
  if (problem === null) return path
  throw new InvalidOptionError(`${where} (${JSON.stringify(path)}) ${problem}`)
}

function findProblem(path: string): string | null {
  if (!path.startsWith('/')) return 'must start with a slash'
  if (path.includes('%')) {
    return 'must not hold %: write the characters themselves, and only those that need no escape'
  }
  if (!UNRESERVED_PATH.test(path)) {
    return 'may hold only ASCII letters, digits and - . _ ~ /: leave query, parameters and wildcards out'
  }
  if (path.includes('//')) return 'must not hold an empty segment: write one slash'
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) {
    return 'must not hold . or .. as a segment: write where the path leads'
  }
  if (path.length > 1 && path.endsWith('/')) return 'must not end with a slash: leave it out'
  if (path.endsWith('.')) return 'must not end with a dot: some readers take it away'
  return null
}

/** Whether this is a list of known methods, at least one, none twice. */
export function isMethodList(methods: unknown): methods is readonly string[] {
  if (!Array.isArray(methods) || methods.length === 0) return false
  if (new Set(methods).size !== methods.length) return false
  return methods.every((method) => KNOWN_METHODS.includes(method))
}
