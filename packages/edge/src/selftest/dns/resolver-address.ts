import type { Address } from '../../configuration/types.js'

const DNS_PORT = 53

/** Reads a resolver as `dns.getServers()` gives it: `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1`, `[2001:db8::1]:5353`. */
export function readResolver(text: string): Address {
  const bracketed = /^\[(?<host>[^\]]+)\](?::(?<port>\d+))?$/.exec(text)?.groups
  // One colon alone: what stands behind it is a port.
  const plain = /^(?<host>[^:]+):(?<port>\d+)$/.exec(text)?.groups
  const { host = text, port = String(DNS_PORT) } = bracketed ?? plain ?? {}
  return { host, port: Number(port) }
}
