import { BlockList, isIP } from 'node:net'

/**
 * IPv4 ranges in which nothing public is.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const RESERVED_V4: readonly (readonly [address: string, prefix: number])[] = [
  ['0.0.0.0', 8], // "this network": Linux takes 0.0.0.0 for loopback
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier-grade NAT; Alibaba's metadata is in it
  ['127.0.0.0', 8], // loopback
  ['168.63.129.16', 32], // Azure's metadata: a public address that is the host's own
  ['169.254.0.0', 16], // link-local; the metadata of most clouds is in it
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments; Oracle's metadata is in it
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
]

/** What of 2000::/3 is not public. */
const RESERVED_V6: readonly (readonly [address: string, prefix: number])[] = [
  ['2001::', 23], // protocol assignments, Teredo among them, which holds an IPv4 address
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4, which holds an IPv4 address
  ['3fff::', 20], // documentation
]

/** Prefixes of IPv6 addresses that are an IPv4 address: mapped (RFC 4291), and the well-known NAT64 (RFC 6052). */
const EMBEDDING = ['::ffff:', '64:ff9b::'] as const

const EMBEDDED_PREFIX = 96

const reserved = new BlockList()
const routed = new BlockList()
for (const [address, prefix] of RESERVED_V4) {
  reserved.addSubnet(address, prefix, 'ipv4')
  for (const before of EMBEDDING)
    reserved.addSubnet(`${before}${address}`, EMBEDDED_PREFIX + prefix, 'ipv6')
}
for (const [address, prefix] of RESERVED_V6) reserved.addSubnet(address, prefix, 'ipv6')
// Of IPv6 only what is given out as global unicast: loopback, unique-local, link-local, multicast and NAT64 of one's own
// (64:ff9b:1::/48) are outside of it.
routed.addSubnet('0.0.0.0', 0, 'ipv4')
routed.addSubnet('2000::', 3, 'ipv6')
for (const before of EMBEDDING) routed.addSubnet(`${before}0.0.0.0`, EMBEDDED_PREFIX, 'ipv6')

/**
 * Whether an IP address is one of the public internet: not loopback, link-local, private, unique-local, carrier-grade NAT,
 * multicast, reserved or a cloud's metadata, also where it is written as an IPv4-mapped or NAT64 address. Text that is no
 * address is not public.
 */
export function isPublicAddress(address: string): boolean {
  // A zone (fe80::1%eth0) is only ever needed for what is not public.
  const family = address.includes('%') ? 0 : isIP(address)
  if (family === 0) return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  return routed.check(address, type) && !reserved.check(address, type)
}
