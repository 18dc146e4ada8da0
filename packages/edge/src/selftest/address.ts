import type { Address } from '../configuration/types.js'

/** Addresses that mean "every address of this machine", and how to reach that from the machine itself. */
const LOOPBACK: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

const ADDRESS = /^(?:\[(?<literal>[0-9a-f:.]+)\]|(?<name>[^:[\]\s]+)):(?<port>\d{1,5})$/i
const MAX_PORT = 65_535

/** Where to reach an edge that listens there, from the same machine; null where the system chose the port. */
export function reachableAddress({ host, port }: Address): Address | null {
  return port === 0 ? null : { host: LOOPBACK[host] ?? host, port }
}

/** Reads `host:port` or `[address]:port`; null where it is neither. */
export function readAddress(text: string): Address | null {
  const { literal, name, port } = ADDRESS.exec(text)?.groups ?? {}
  const host = literal ?? name
  const number = Number(port)
  if (host === undefined || number < 1 || number > MAX_PORT) return null
  return { host, port: number }
}
