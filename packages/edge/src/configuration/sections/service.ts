import type { Place } from '../place.js'
import type { RawConfiguration } from '../schema.js'
import type { Address, ListenConfiguration } from '../types.js'
import { readListenHost } from '../values/host-name.js'
import { readProxyProtocol } from './proxy-protocol.js'

/** Addresses that stand for every address of the machine. */
const EVERY_ADDRESS: readonly string[] = ['0.0.0.0', '::']

const DEFAULT_LISTEN: Address = { host: '0.0.0.0', port: 8443 }
const DEFAULT_HEALTH: Address = { host: '127.0.0.1', port: 9091 }
const DEFAULT_ADMIN: Address = { host: '127.0.0.1', port: 9090 }

/** Where the edge listens, each of them apart from the others. */
export interface Addresses {
  readonly listen: ListenConfiguration
  readonly health: Address
  /** Means something only where the configuration has `admin`. */
  readonly admin: Address
}

/** Reads where the edge listens, where it tells how it is, and where it is administered. */
export function readAddresses(raw: RawConfiguration, root: Place): Addresses {
  const place = root.at('listen')
  const listen = {
    ...readAddress(raw.listen, DEFAULT_LISTEN, place),
    proxyProtocol: readProxyProtocol(raw.listen?.proxyProtocol, place.at('proxyProtocol')),
  }
  const health = readAddress(raw.health, DEFAULT_HEALTH, root.at('health'))
  const admin = readAddress(raw.admin, DEFAULT_ADMIN, root.at('admin'))
  keepApart(health, listen, 'listen', root.at('health', 'port'))
  if (raw.admin !== undefined) {
    keepApart(admin, listen, 'listen', root.at('admin', 'port'))
    keepApart(admin, health, 'health', root.at('admin', 'port'))
  }
  return { listen, health, admin }
}

function keepApart(one: Address, other: Address, key: string, place: Place): void {
  if (other.port === 0 || one.port !== other.port || !doMeet(one.host, other.host)) return
  place.error(`is ${one.port}, which is the port of \`${key}\` too`, 'give the two a port each')
}

function readAddress(
  raw: { readonly host?: string | undefined; readonly port?: number | undefined } | undefined,
  fallback: Address,
  place: Place,
): Address {
  const host =
    raw?.host === undefined ? fallback.host : (readListenHost(raw.host, place.at('host')) ?? '')
  return { host, port: raw?.port ?? fallback.port }
}

const doMeet = (one: string, other: string): boolean =>
  one === other || EVERY_ADDRESS.includes(one) || EVERY_ADDRESS.includes(other)
