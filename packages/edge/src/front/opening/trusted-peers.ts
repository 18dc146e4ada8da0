import { BlockList, isIP } from 'node:net'
import { FST_EDGE_INVALID_TRUSTED_PEER } from '../errors.js'

const RANGE = /^([^/]+)\/(\d{1,3})$/

/**
 * Makes the question whether an address is one of the given addresses or in one of the CIDR ranges. An IPv4 address that
 * came over an IPv6 socket (`::ffff:10.0.0.1`) counts as what it is.
 *
 * @throws {FST_EDGE_INVALID_TRUSTED_PEER} an item is neither an address nor a range
 */
export function createTrustedPeers(items: readonly string[]): (address: string) => boolean {
  if (items.length === 0) return () => false
  const list = new BlockList()
  for (const item of items) addItem(list, item)
  return (address) => {
    const family = familyOf(address)
    return family !== null && list.check(address, family)
  }
}

function addItem(list: BlockList, item: string): void {
  const [, network = item, prefix] = RANGE.exec(item) ?? []
  const family = familyOf(network)
  if (family === null) throw new FST_EDGE_INVALID_TRUSTED_PEER(item)
  const width = family === 'ipv4' ? 32 : 128
  const bits = prefix === undefined ? width : Number(prefix)
  if (bits > width) throw new FST_EDGE_INVALID_TRUSTED_PEER(item)
  list.addSubnet(network, bits, family)
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address)
  if (version === 0) return null
  return version === 4 ? 'ipv4' : 'ipv6'
}
