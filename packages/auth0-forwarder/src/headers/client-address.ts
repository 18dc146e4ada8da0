/**
 * The one IP address of a client, as Auth0 wants it in `X-Forwarded-For`: no list, no port, no zone.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
 */
import { isIP } from 'node:net'
import { ClientAddressUnknownError } from '../errors.js'

const mappedDotted = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
const mappedHex = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i

/**
 * Brings a socket's address into the form that is sent: an IPv4-mapped IPv6 address as IPv4, without a zone id.
 *
 * @throws FST_AUTH0_FORWARDER_CLIENT_ADDRESS_UNKNOWN for whatever is not an IP address
 */
export function normalizeClientAddress(address: unknown): string {
  if (typeof address !== 'string') throw new ClientAddressUnknownError()
  const zone = address.indexOf('%')
  const bare = zone < 0 ? address : address.slice(0, zone)
  const mapped = mappedDotted.exec(bare)?.[1] ?? fromHex(bare) ?? bare
  if (isIP(mapped) === 0) throw new ClientAddressUnknownError()
  return mapped
}

function fromHex(address: string): string | null {
  const words = mappedHex.exec(address)
  if (words === null) return null
  const high = Number.parseInt(words[1] ?? '', 16)
  const low = Number.parseInt(words[2] ?? '', 16)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
