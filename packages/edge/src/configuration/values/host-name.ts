import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import type { Place } from '../place.js'

/** RFC 1035 section 2.3.4: 255 octets on the wire are 253 characters. */
const MAX_NAME = 253
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/
/** The last part of 127.0.0.1, and 0x7f000001: a name that some parser takes for an address. */
const LAST_PART_OF_ADDRESS = /^(?:\d+|0x[0-9a-f]*)$/
const MAYBE_HOST = /^[^\s/:?#@*]+$/

/** A host name in the form that names are compared in: lower-case, without the trailing dot. */
export const normalizeHostName = (name: string): string => name.toLowerCase().replace(/\.$/, '')

/** Whether this is letters, digits and hyphens in labels, and no IP address. Expects the normal form. */
export function isHostName(name: string): boolean {
  const labels = name.split('.')
  return (
    name.length <= MAX_NAME &&
    labels.every((label) => LABEL.test(label)) &&
    !LAST_PART_OF_ADDRESS.test(labels.at(-1) ?? '')
  )
}

/** Reads a host name that the edge answers for. */
export function readHostName(text: string, place: Place): string | null {
  const name = normalizeHostName(text)
  if (isHostName(name)) return name
  return place.error('is not a host name', mendHostName(name))
}

function mendHostName(name: string): string {
  if (isIP(name) !== 0)
    return 'write the name that clients use; they send no IP address in the handshake'
  if (name.includes('*')) return 'write one name; a wildcard stands in a certificate alone'
  if (/^[a-z]+:\/\//.test(name)) return 'write the name alone, without https:// and path'
  if (name.includes(':')) return 'write the name alone, without a port'
  if (name.includes('/')) return 'write the name alone, without a path'
  const ascii = MAYBE_HOST.test(name) ? domainToASCII(name) : ''
  if (ascii !== '' && ascii !== name && isHostName(ascii)) return `write it as ${ascii}`
  return 'write labels of letters, digits and hyphens with dots between them, such as auth.example.com'
}

/** Reads an address to listen on: an IP address or a host name. */
export function readListenHost(text: string, place: Place): string | null {
  if (isIP(text) !== 0 || isHostName(normalizeHostName(text))) return text
  return place.error(
    'is neither an IP address nor a host name',
    'write an address of this machine, such as 0.0.0.0, 127.0.0.1 or :: (without port and brackets)',
  )
}
