import { userInfo } from 'node:os'
import { InvalidLocationError } from './errors.js'

/** Where a registry is kept. `shown` names it without user and password. */
export type RegistryLocation =
  | { readonly kind: 'sqlite'; readonly file: string; readonly shown: string }
  | { readonly kind: 'postgresql'; readonly url: string; readonly shown: string }

const ACCEPTED = 'write sqlite:FILE or postgres://USER@HOST/DATABASE'

/**
 * Reads a registry's address: `sqlite:FILE` (the caller makes a relative path absolute) or `postgres://...` with the
 * parameters of libpq that the `pg` package knows, such as `sslmode` and `options`.
 *
 * @throws FST_CERT_REGISTRY_INVALID_LOCATION; the message holds nothing of the address, which may hold a password
 */
export function readLocation(url: string): RegistryLocation {
  if (url.startsWith('sqlite:')) return readFile(url.slice('sqlite:'.length))
  if (!/^postgres(?:ql)?:\/\//.test(url)) throw new InvalidLocationError(ACCEPTED)
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw new InvalidLocationError(`it is not a URL; ${ACCEPTED}`)
  }
  const shown = `postgres://${parsed.host}${parsed.pathname}`
  // Without a name libpq takes the name of the user who runs it; `pg` only looks at an environment variable.
  const { PGUSER } = process.env
  if (parsed.username === '' && PGUSER === undefined) {
    parsed.username = userInfo().username
  }
  return { kind: 'postgresql', url: parsed.href, shown }
}

/**
 * Names a registry's address for people: without user, password and parameters.
 *
 * @throws FST_CERT_REGISTRY_INVALID_LOCATION
 */
export function describeLocation(url: string): string {
  return readLocation(url).shown
}

function readFile(path: string): RegistryLocation {
  const file = path.startsWith('//') ? path.slice(2) : path
  if (file === '') throw new InvalidLocationError(`no file is named; ${ACCEPTED}`)
  if (file.startsWith(':memory:') || file.startsWith('file:') || file.includes('\0')) {
    throw new InvalidLocationError(
      'SQLite must be a file that other processes can open; write sqlite:FILE with a plain path',
    )
  }
  return { kind: 'sqlite', file, shown: `sqlite:${file}` }
}
