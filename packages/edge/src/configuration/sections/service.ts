import type { Place } from '../place.js'
import type { RawConfiguration } from '../schema.js'
import type { Address, ListenConfiguration } from '../types.js'
import { readListenHost } from '../values/host-name.js'
import { readProxyProtocol } from './proxy-protocol.js'

/** Addresses that stand for every address of the machine. */
const EVERY_ADDRESS: readonly string[] = ['0.0.0.0', '::']

const DEFAULT_LISTEN: Address = { host: '0.0.0.0', port: 8443 }
const DEFAULT_HEALTH: Address = { host: '127.0.0.1', port: 9091 }

/** Reads where the edge listens and where it tells how it is. */
export function readAddresses(
  raw: RawConfiguration,
  root: Place,
): { readonly listen: ListenConfiguration; readonly health: Address } {
  const place = root.at('listen')
  const listen = {
    ...readAddress(raw.listen, DEFAULT_LISTEN, place),
    proxyProtocol: readProxyProtocol(raw.listen?.proxyProtocol, place.at('proxyProtocol')),
  }
  const health = readAddress(raw.health, DEFAULT_HEALTH, root.at('health'))
  if (listen.port !== 0 && listen.port === health.port && doMeet(listen.host, health.host)) {
    root
      .at('health', 'port')
      .error(`is ${health.port}, which is the port of \`listen\` too`, 'give the two a port each')
  }
  return { listen, health }
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

/** Refuses what the schema knows and the edge does not do yet: silence would pass for a promise. */
export function refuseUnbuilt(raw: RawConfiguration, root: Place): void {
  if (raw.admin !== undefined) {
    const { token, tokenFile } = raw.admin
    root
      .at('admin')
      .error(
        token === undefined && tokenFile === undefined
          ? 'has no token and serves nothing, and the admin API is not built yet'
          : 'asks for the admin API, which is not built yet',
        'remove `admin`; `mtls-edge registry` works on the registry, and `health` answers without it',
      )
  }
}
