import { isIPv4, isIPv6 } from 'node:net'
import type { ProxyHeaderResult } from './proxy-header.js'

/** "PROXY UNKNOWN" with two IPv6 addresses at full length, two ports and CRLF: the specification's own worst case. */
export const MAX_V1_LENGTH = 107

const LINE = /^PROXY (TCP4|TCP6) (\S+) (\S+) (\d{1,5}) (\d{1,5})$/
const UNKNOWN = /^PROXY UNKNOWN(?: [\x20-\x7e]*)?$/
const MAX_PORT = 65_535

/**
 * Reads a header of version 1: one line of text. Strict: single spaces, addresses of the family that is named, ports without
 * leading zeros.
 *
 * @see https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt section 2.1
 */
export function readProxyHeaderV1(bytes: Buffer): ProxyHeaderResult {
  const end = bytes.subarray(0, MAX_V1_LENGTH).indexOf('\r\n')
  if (end < 0) return { status: bytes.length < MAX_V1_LENGTH ? 'incomplete' : 'refused' }
  const line = bytes.toString('latin1', 0, end)
  const length = end + 2
  if (UNKNOWN.test(line)) return { status: 'complete', source: null, length }
  const [, family, source = '', destination = '', sourcePort = '', destinationPort = ''] =
    LINE.exec(line) ?? []
  const isAddress = family === 'TCP4' ? isIPv4 : isIPv6WithoutZone
  if (family === undefined || !isAddress(source) || !isAddress(destination)) {
    return { status: 'refused' }
  }
  if (!isPort(sourcePort) || !isPort(destinationPort)) return { status: 'refused' }
  return {
    status: 'complete',
    source: { address: source, port: Number(sourcePort) },
    length,
  }
}

function isIPv6WithoutZone(text: string): boolean {
  return isIPv6(text) && !text.includes('%')
}

function isPort(text: string): boolean {
  return String(Number(text)) === text && Number(text) <= MAX_PORT
}
