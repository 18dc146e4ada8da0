/** @see https://www.rfc-editor.org/rfc/rfc1123#section-2.1 */
import { InvalidOptionError } from './errors.js'

/** RFC 1035 section 2.3.4. */
const MAX_NAME_LENGTH = 253
const NAME =
  /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$/

/**
 * Reads `hosts` into a set of lower-case names.
 *
 * @throws FST_PATH_GUARD_INVALID_OPTION
 */
export function readHostOptions(hosts: unknown): ReadonlySet<string> {
  if (!Array.isArray(hosts) || hosts.length === 0) {
    throw new InvalidOptionError(
      "hosts must be a list of at least one name: write hosts: ['mtls.auth.example.com']",
    )
  }
  const names = new Set<string>()
  for (const [index, host] of hosts.entries()) {
    const name = readHostOption(host, `hosts[${index}]`)
    if (names.has(name)) {
      throw new InvalidOptionError(`hosts[${index}] (${name}) is named twice: take one away`)
    }
    names.add(name)
  }
  return names
}

function readHostOption(host: unknown, where: string): string {
  if (typeof host !== 'string') throw new InvalidOptionError(`${where} must be a string`)
  if (host.length > MAX_NAME_LENGTH) {
    throw new InvalidOptionError(`${where} has more than ${MAX_NAME_LENGTH} characters`)
  }
  if (!NAME.test(host)) {
    throw new InvalidOptionError(
      `${where} (${JSON.stringify(host)}) is no host name: write a name such as auth.example.com or an IPv4 address, without scheme, port, path or trailing dot, international names as xn--...`,
    )
  }
  return host.toLowerCase()
}
