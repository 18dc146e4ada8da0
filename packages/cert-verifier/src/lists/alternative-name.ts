import { isIP, SocketAddress } from 'node:net'
import {
  type Certificate,
  type GeneralName,
  recognizeAlternativeNameForm,
} from '@mtls-edge/path-validation'

const PREFIXED = /^(dns|email|uri|ip):(.*)$/is

/** What a value of each form must look like, so that a rule that could never match is refused instead of kept. */
const FORMS: Readonly<Record<string, RegExp>> = {
  dns: /^[^\s:@/]+$/,
  email: /^[^\s@]+@[^\s@:/]+$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
  ip: /^[0-9a-f.:]+$/i,
}

/**
 * The comparison key of a subject alternative name as an operator writes it: `dns:host`, `email:a@b`,
 * `uri:https://...` or `ip:192.0.2.1`. Without a prefix the form is recognised: an address, something
 * with `://` or `urn:`, something with `@`, else a DNS name.
 *
 * @throws TypeError where the value does not fit its form
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-7.2
 */
export function parseAlternativeName(text: string): string {
  const trimmed = text.trim()
  const [, prefix = recognizeAlternativeNameForm(trimmed), value = trimmed] =
    PREFIXED.exec(trimmed) ?? []
  const type = prefix.toLowerCase()
  const bare = value.trim()
  if (FORMS[type]?.test(bare) !== true)
    throw new TypeError(`not a name of the form ${type}: ${bare}`)
  return alternativeNameKey(type, bare)
}

/** The keys of all names of the certificate that can stand in a list. */
export function subjectAlternativeNameKeys(certificate: Certificate): readonly string[] {
  const names = certificate.extensions.subjectAlternativeNames ?? []
  return names.flatMap((name) => generalNameKey(name) ?? [])
}

function generalNameKey(name: GeneralName): string | null {
  if (name.type === 'ip') return `ip:${Buffer.from(name.bytes).toString('hex')}`
  if (name.type === 'dns' || name.type === 'email' || name.type === 'uri')
    return alternativeNameKey(name.type, name.value)
  return null
}

/**
 * DNS names and the host of an e-mail address compare without case (RFC 5280 sections 7.2 and 7.5), the
 * local part with it. URIs compare as they stand: to differ can only refuse an allowance, and a denial
 * that must hold for every spelling is written by thumbprint or serial number.
 */
function alternativeNameKey(type: string, value: string): string {
  if (type === 'dns') return `dns:${value.toLowerCase().replace(/\.$/, '')}`
  if (type === 'uri') return `uri:${value}`
  if (type === 'ip') return `ip:${addressBytes(value).toString('hex')}`
  const at = value.lastIndexOf('@')
  return `email:${value.slice(0, at)}@${value.slice(at + 1).toLowerCase()}`
}

function addressBytes(text: string): Buffer {
  const family = isIP(text)
  if (family === 4) return Buffer.from(text.split('.').map(Number))
  if (family !== 6 || text.includes('%')) throw new TypeError(`not an IP address: ${text}`)
  return ipv6Bytes(new SocketAddress({ address: text, family: 'ipv6' }).address)
}

/** `SocketAddress` gives the canonical text, of which only `::` and a dotted end remain to expand. */
function ipv6Bytes(canonical: string): Buffer {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(canonical)
  const text =
    dotted === null
      ? canonical
      : `${dotted[1]}${hexPair(dotted[2], dotted[3])}:${hexPair(dotted[4], dotted[5])}`
  const [head = '', tail] = text.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0')
  const groups = tail === undefined ? left : [...left, ...zeros, ...right]
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

const hexPair = (high = '0', low = '0'): string => (Number(high) * 256 + Number(low)).toString(16)
