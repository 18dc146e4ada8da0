import { isIPv4, isIPv6 } from 'node:net'
import {
  context,
  contextPrimitive,
  type Der,
  objectIdentifier,
  objectIdentifierOctets,
} from './der.js'
import { encodeName, type NameInput } from './name.js'

/**
 * One GeneralName. `ip` is an address, in name constraints `address/prefix`; bytes are its raw octets. `raw` is the whole
 * element with its tag. `other` is an otherName: its OID and its value's DER.
 */
export type GeneralName =
  | { readonly dns: string }
  | { readonly email: string }
  | { readonly ip: string | Der }
  | { readonly uri: string }
  | { readonly directory: NameInput }
  | { readonly registeredId: string }
  | { readonly other: { readonly oid: string; readonly value: Der } }
  | { readonly raw: Der }

/**
 * Encodes a GeneralName; text outside latin1 is cut to bytes, not refused.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6
 */
export function encodeGeneralName(name: GeneralName): Buffer {
  if ('email' in name) return contextPrimitive(1, Buffer.from(name.email, 'latin1'))
  if ('dns' in name) return contextPrimitive(2, Buffer.from(name.dns, 'latin1'))
  if ('directory' in name) return context(4, encodeName(name.directory))
  if ('uri' in name) return contextPrimitive(6, Buffer.from(name.uri, 'latin1'))
  if ('ip' in name) {
    return contextPrimitive(7, typeof name.ip === 'string' ? ipOctets(name.ip) : name.ip)
  }
  if ('registeredId' in name) return contextPrimitive(8, objectIdentifierOctets(name.registeredId))
  if ('other' in name) {
    return context(0, objectIdentifier(name.other.oid), context(0, name.other.value))
  }
  return Buffer.from(name.raw)
}

/**
 * The octets of an IP address, followed by its mask where `/prefix` is given.
 * @throws Error on what is no address
 */
export function ipOctets(text: string): Buffer {
  const [address = '', prefix] = text.split('/')
  const octets = addressOctets(address)
  if (prefix === undefined) return octets
  return Buffer.concat([octets, maskOctets(octets.length, Number(prefix))])
}

function addressOctets(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  if (!isIPv6(address)) throw new Error(`${address} is no IP address`)
  const [head = '', tail] = address.split('::')
  const front = groups(head)
  const back = tail === undefined ? [] : groups(tail)
  const zeros = new Array<number>(8 - front.length - back.length).fill(0)
  return Buffer.from([...front, ...zeros, ...back].flatMap((group) => [group >> 8, group & 0xff]))
}

function groups(text: string): number[] {
  if (text === '') return []
  return text.split(':').map((group) => Number.parseInt(group, 16))
}

function maskOctets(length: number, prefix: number): Buffer {
  return Buffer.from(
    Array.from({ length }, (_, index) => {
      const bits = Math.min(8, Math.max(0, prefix - index * 8))
      return 0xff & (0xff00 >> bits)
    }),
  )
}
