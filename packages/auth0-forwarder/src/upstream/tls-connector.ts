/** Opens TLS connections to the target. Its certificate is always verified, in full, on each of them. */
import { isIP } from 'node:net'
import { connect, type TLSSocket } from 'node:tls'
import { shareSecureContext } from './secure-context.js'

/** A TLS record holds no more, bytes. */
const readBytes = 16_384
/**
 * Of a body that streams, bytes that wait for the socket before the client is no longer read. A mere record of them stops and starts the
 * client with each of its own.
 */
const writtenAheadBytes = 65_536
/** Firewalls forget connections that are silent for minutes, ms. */
const keepAliveDelay = 60_000

/**
 * Gets what was read: the first `length` bytes of `buffer`, which is used again for what comes next.
 *
 * @returns false to read no more until `resume()`
 */
export type ReadCallback = (length: number, buffer: Buffer) => boolean

export type Connector = (onRead: ReadCallback) => TLSSocket

/**
 * Makes a function that opens connections.
 *
 * @param origin - `https://host[:port]`; host and SNI are this host's
 * @param ca - further roots beside Node's default ones, as PEM
 */
export function tlsConnector(origin: string, ca: readonly string[]): Connector {
  const { hostname, port } = new URL(origin)
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  const options = {
    host,
    port: port === '' ? 443 : Number(port),
    // RFC 6066 section 3: no SNI for an address.
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: ['http/1.1'],
    secureContext: shareSecureContext(ca),
    // Written out, or NODE_TLS_REJECT_UNAUTHORIZED=0 would turn the verification off. No `session`: dates and name are not looked
    // at again when one is resumed.
    rejectUnauthorized: true,
    // Of what is written: what is read goes by `onread`.
    highWaterMark: writtenAheadBytes,
  }
  return (callback) => {
    // Of each connection its own: what one target's answer left in it is read by nobody else.
    const buffer = Buffer.allocUnsafeSlow(readBytes)
    const onread = { buffer, callback: (length: number) => callback(length, buffer) }
    const settings = { ...options, onread }
    return connect(settings).setNoDelay(true).setKeepAlive(true, keepAliveDelay)
  }
}
