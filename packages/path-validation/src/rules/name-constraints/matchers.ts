import type { Name } from '../../name/name.js'
import { isHostName, isWithin } from './host.js'

/**
 * Whether a name lies within a constraint of its own form, or what can't be said: `malformed` where the name isn't one
 * that can be compared (then it is neither permitted nor free of an exclusion).
 */
export type Match = 'within' | 'outside' | 'malformed'

const match = (isInside: boolean): Match => (isInside ? 'within' : 'outside')

/**
 * DNS: zero or more labels added on the left. A constraint with a leading dot, which the RFC doesn't know and many CAs
 * write, wants one label at least.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10
 */
export function matchDns(name: string, constraint: string, isExclusion: boolean): Match {
  const host = name.toLowerCase()
  if (!isHostName(host, true)) return 'malformed'
  const domain = constraint.toLowerCase()
  if (domain === '') return 'within'
  const wanted = domain.startsWith('.') ? domain.slice(1) : domain
  const isInside = domain.startsWith('.') ? host.endsWith(domain) : isWithin(host, domain)
  // A wildcard stands for names of which some may be excluded.
  const mayExpandInto = isExclusion && host.startsWith('*.') && isWithin(wanted, host.slice(2))
  return match(isInside || mayExpandInto)
}

/** E-mail: one mailbox (`a@host`), all of one host (`host`), or all hosts of a domain (`.domain`). */
export function matchEmail(name: string, constraint: string): Match {
  const at = name.lastIndexOf('@')
  const local = name.slice(0, at)
  const host = name.slice(at + 1).toLowerCase()
  // A quoted local part may hold anything, an '@' too; none such is compared.
  if (at <= 0 || !isHostName(host) || !/^[\x21-\x7e]+$/.test(local) || /["@\\]/.test(local)) {
    return 'malformed'
  }
  if (constraint === '') return 'within'
  const split = constraint.lastIndexOf('@')
  if (split < 0) return matchHost(host, constraint)
  // RFC 5280 section 7.5: the local part is compared as it stands.
  const isSame = local === constraint.slice(0, split)
  return match(isSame && host === constraint.slice(split + 1).toLowerCase())
}

/** URI: the host alone, which must be a name; `.domain` stands for all hosts below. */
export function matchUri(name: string, constraint: string): Match {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)(?:[/?#]|$)/i.exec(name)?.[1]
  if (authority === undefined) return 'malformed'
  const parts = authority.split('@')
  const host = (parts.at(-1) ?? '').replace(/:\d*$/, '').toLowerCase()
  // RFC 5280: a URI without a host name MUST be rejected; an IPv4 address isn't one.
  if (parts.length > 2 || !isHostName(host) || /(?:^|\.)[0-9]+$/.test(host)) return 'malformed'
  return constraint === '' ? 'within' : matchHost(host, constraint)
}

function matchHost(host: string, constraint: string): Match {
  const wanted = constraint.toLowerCase()
  return match(wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted)
}

/** IP address: `constraint` is an address and its mask, one after the other. */
export function matchAddress(name: Uint8Array, constraint: Uint8Array): Match {
  if (name.length !== 4 && name.length !== 16) return 'malformed'
  if (constraint.length !== name.length * 2) return 'outside'
  const isInside = name.every(
    (byte, i) => ((byte ^ (constraint[i] ?? 0)) & (constraint[name.length + i] ?? 0xff)) === 0,
  )
  return match(isInside)
}

/** Directory name: the constraint's relative names are the first of the name's. */
export function matchDirectory(name: Name, constraint: Name): Match {
  const wanted = constraint.relativeNames
  return match(wanted.every((relative, i) => relative === name.relativeNames[i]))
}
