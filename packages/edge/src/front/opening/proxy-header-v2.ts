import { ByteCursor, TruncatedError } from './byte-cursor.js'
import type { ProxyHeaderResult, ProxySource } from './proxy-header.js'

/** CR LF CR LF NUL CR LF "QUIT" LF: no text protocol begins so. */
export const V2_SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')

/**
 * The most bytes a header may take. Addresses and the values that balancers add (a TLS name, a certificate's common name, an
 * endpoint's id) come to some hundred; the field could say 64 KiB.
 */
const MAX_V2_LENGTH = 4_096

const FIXED_LENGTH = 16
const VERSION_2_LOCAL = 0x20
const VERSION_2_PROXY = 0x21
const UNSPECIFIED = 0x00
const TCP_OVER_IPV4 = 0x11
const TCP_OVER_IPV6 = 0x21

/**
 * Reads a header of version 2, in binary. `LOCAL` (the balancer's own health check) and an unspecified family name no
 * source. UDP and Unix sockets are refused: nothing of theirs ends here. Additional values must be well framed and are
 * not read, the checksum among them: TCP has one.
 *
 * @see https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt section 2.2
 */
export function readProxyHeaderV2(bytes: Buffer): ProxyHeaderResult {
  const common = Math.min(bytes.length, V2_SIGNATURE.length)
  if (!bytes.subarray(0, common).equals(V2_SIGNATURE.subarray(0, common))) {
    return { status: 'refused' }
  }
  if (bytes.length < FIXED_LENGTH) return { status: 'incomplete' }
  const length = FIXED_LENGTH + bytes.readUInt16BE(14)
  if (length > MAX_V2_LENGTH) return { status: 'refused' }
  if (bytes.length < length) return { status: 'incomplete' }
  try {
    const command = bytes.readUInt8(12)
    const rest = new ByteCursor(bytes.subarray(FIXED_LENGTH, length))
    if (command === VERSION_2_LOCAL) return { status: 'complete', source: null, length }
    if (command !== VERSION_2_PROXY) return { status: 'refused' }
    const family = bytes.readUInt8(13)
    if (family === UNSPECIFIED) return { status: 'complete', source: null, length }
    if (family !== TCP_OVER_IPV4 && family !== TCP_OVER_IPV6) return { status: 'refused' }
    const source = readAddresses(rest, family)
    skipValues(rest)
    return { status: 'complete', source, length }
  } catch (error) {
    if (error instanceof TruncatedError) return { status: 'refused' }
    throw error
  }
}

function readAddresses(
  cursor: ByteCursor,
  family: typeof TCP_OVER_IPV4 | typeof TCP_OVER_IPV6,
): ProxySource {
  const [size, format] = family === TCP_OVER_IPV4 ? [4, formatIPv4] : [16, formatIPv6]
  const address = format(cursor.take(size))
  cursor.take(size)
  const port = cursor.uint16()
  cursor.uint16()
  return { address, port }
}

function skipValues(cursor: ByteCursor): void {
  while (cursor.remaining > 0) {
    cursor.uint8()
    cursor.vector16()
  }
}

function formatIPv4(bytes: Buffer): string {
  return bytes.join('.')
}

/** In the one canonical form, RFC 5952, as the URL parser writes it. */
function formatIPv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)
}
