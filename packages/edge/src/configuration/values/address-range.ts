import { isIP } from 'node:net'
import type { Place } from '../place.js'

export interface AddressRange {
  readonly family: 'ipv4' | 'ipv6'
  /** How many bits of the address are given: 32 or 128 for one address. */
  readonly bits: number
}

const RANGE = /^([^/%]+)(?:\/(\d{1,3}))?$/

/** Reads an IP address, or a range in CIDR form. */
export function readAddressRange(text: string, place: Place): AddressRange | null {
  const [, network = '', prefix] = RANGE.exec(text) ?? []
  const version = isIP(network)
  const width = version === 4 ? 32 : 128
  const bits = prefix === undefined ? width : Number(prefix)
  if (version !== 0 && bits <= width) return { family: version === 4 ? 'ipv4' : 'ipv6', bits }
  return place.error(
    'is neither an IP address nor a range of them',
    'write it as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32',
  )
}
