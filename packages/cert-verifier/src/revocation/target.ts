import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { FetchError } from './fetch-error.js'
import { isPublicAddress } from './public-address.js'

/** Resolves a host name to IP addresses, as text. */
export type ResolveHost = (host: string) => Promise<readonly string[]>

/** The system's resolver. */
export const resolveBySystem: ResolveHost = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address)

/** What may be fetched from. */
export interface TargetRules {
  /** Hosts that may be anywhere, in lower case without a trailing dot. */
  readonly allowHosts: ReadonlySet<string>
  readonly resolve: ResolveHost
}

/** Where to connect to: the address that was checked, and no name that could be resolved to another one. */
export interface Target {
  readonly url: URL
  readonly address: string
}

/**
 * Reads an address out of a certificate. Whoever issued the certificate chose it, so it may be anything.
 *
 * @throws {FetchError} where it is not http or https, or holds a user
 */
export function readAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null) throw new FetchError('it is no URL')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new FetchError('it is neither http nor https')
  if (url.username !== '' || url.password !== '') throw new FetchError('it holds a user')
  return url
}

/**
 * Finds the IP address of a URL's host, and refuses it where it is not public, unless the host is allowed to be elsewhere.
 * One bad address among several is enough: nobody who means well mixes them.
 *
 * @throws {FetchError}
 */
export async function resolveTarget(url: URL, rules: TargetRules): Promise<Target> {
  const host = hostOf(url)
  const addresses = isIP(host) === 0 ? await resolve(host, rules.resolve) : [host]
  const [address] = addresses
  if (address === undefined) throw new FetchError('its host has no address')
  const bad = addresses.find((one) => isIP(one) === 0 || !isPublicAddress(one))
  if (bad !== undefined && !rules.allowHosts.has(host))
    throw new FetchError(`its host is at ${bad}, which is not public; see fetchAllowHosts`)
  return { url, address }
}

/** The host of a URL as `allowHosts` has it: lower case, no trailing dot, no brackets. */
export function hostOf({ hostname }: URL): string {
  return normalizeHost(hostname)
}

/** Writes a host name or IP address as it is compared. */
export function normalizeHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
}

async function resolve(host: string, by: ResolveHost): Promise<readonly string[]> {
  try {
    return await by(host)
  } catch (error) {
    throw new FetchError('its host can not be resolved', { cause: error })
  }
}
