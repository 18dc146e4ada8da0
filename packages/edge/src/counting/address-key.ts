import { isIPv6 } from 'node:net'

/** What one customer of a provider has at the least, a /64: who has it has 2^64 addresses to come from. In groups of 16 bits. */
const IPV6_PREFIX = 4
const IPV6_GROUPS = 8

/** The key under which an address is counted: IPv6 by its /64, an IPv4 address in IPv6 form as what it is. */
export const addressKey = (address: string): string =>
  `address:${isIPv6(address) ? describePrefix(readGroups(address)) : address.toLowerCase()}`

/** Reads an address that `isIPv6` knows as one. A zone, which the interface gives, is not part of it. */
function readGroups(address: string): readonly number[] {
  const [bare = ''] = address.split('%')
  const [first = '', last = ''] = bare.split('::')
  const before = readPart(first)
  const after = readPart(last)
  const between = IPV6_GROUPS - before.length - after.length
  return [...before, ...Array.from({ length: between }, () => 0), ...after]
}

function readPart(part: string): readonly number[] {
  if (part === '') return []
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return Number.parseInt(group, 16)
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}

/** As RFC 5952 writes it. */
function describePrefix(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(-2)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  const prefix = groups.slice(0, IPV6_PREFIX)
  const end = prefix.findLastIndex((group) => group !== 0) + 1
  return `${prefix
    .slice(0, end)
    .map((group) => group.toString(16))
    .join(':')}::`
}
