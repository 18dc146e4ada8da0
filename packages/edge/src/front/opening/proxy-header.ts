import { readProxyHeaderV1 } from './proxy-header-v1.js'
import { readProxyHeaderV2, V2_SIGNATURE } from './proxy-header-v2.js'

/** Where a connection came from before the balancer. */
export interface ProxySource {
  readonly address: string
  readonly port: number
}

/** What the first bytes of a connection amount to. `length`: how many of them are the header's. */
export type ProxyHeaderResult =
  | { readonly status: 'incomplete' }
  | {
      readonly status: 'complete'
      /** Null where the balancer speaks for itself or does not know. */
      readonly source: ProxySource | null
      readonly length: number
    }
  | { readonly status: 'refused' }

const V1_PREFIX = Buffer.from('PROXY ')

/**
 * Reads a PROXY protocol header, version 1 or 2, at the beginning of `bytes`: all that have come so far, again from the
 * start each time. What it says may be believed from trusted peers alone; that is the front's to check. Never throws.
 *
 * @see https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt
 */
export function readProxyHeader(bytes: Buffer): ProxyHeaderResult {
  if (bytes.length === 0) return { status: 'incomplete' }
  if (bytes[0] === V2_SIGNATURE[0]) return readProxyHeaderV2(bytes)
  const common = Math.min(bytes.length, V1_PREFIX.length)
  if (!bytes.subarray(0, common).equals(V1_PREFIX.subarray(0, common))) return { status: 'refused' }
  return readProxyHeaderV1(bytes)
}
