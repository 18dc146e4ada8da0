import { normalizeIP } from '@fastify/rate-limit'

/** What one customer of a provider has at the least: who has it has 2^64 addresses to come from. */
const IPV6_PREFIX = 64

/** The key under which an address is counted: IPv6 by its /64, an IPv4 address in IPv6 form as what it is. */
export const addressKey = (address: string): string =>
  `address:${normalizeIP(address, IPV6_PREFIX)}`
