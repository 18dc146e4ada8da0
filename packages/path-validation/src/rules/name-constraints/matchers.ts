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
export function matchDns(host: string, constraint: string, isExclusion: boolean): Match {
  const domain = constraint.toLowerCase()
  if (domain === '') return 'within'
  const wanted = domain.startsWith('.') ? domain.slice(1) : domain
  const isInside = domain.startsWith('.') ? host.endsWith(domain) : isWithin(host, domain)
  // A wildcard stands for names of which some may be excluded.
  const mayExpandInto = isExclusion && host.startsWith('*.') && isWithin(wanted, host.slice(2))
  return match(isInside || mayExpandInto)
}

/** The host of a DNS name in lower case, `null` where it is none. */
export function hostOfDns(name: string): string | null {
  const host = name.toLowerCase()
  return isHostName(host, true) ? host : null
}

/** The two halves of an e-mail address. */
export interface Mailbox {
  readonly local: string
  /** In lower case. */
  readonly host: string
}

/** The halves of an address, `null` where they can't be told apart: a quoted local part may hold anything, an '@' too. */
export function mailboxOf(name: string): Mailbox | null {
  const at = name.lastIndexOf('@')
  const local = name.slice(0, at)
  const host = name.slice(at + 1).toLowerCase()
  const isPlain = /^[\x21-\x7e]+$/.test(local) && !/["@\\]/.test(local)
  return at > 0 && isPlain && isHostName(host) ? { local, host } : null
}

/** E-mail: one mailbox (`a@host`), all of one host (`host`), or all hosts of a domain (`.domain`). */
export function matchEmail({ local, host }: Mailbox, constraint: string): Match {
  const split = constraint.lastIndexOf('@')
  if (split < 0) return constraint === '' ? 'within' : matchHost(host, constraint)
  // RFC 5280 section 7.5: the local part is compared as it stands.
  const isSame = local === constraint.slice(0, split)
  return match(isSame && host === constraint.slice(split + 1).toLowerCase())
}

/**
 * The host of a URI in lower case, `null` where it has none. RFC 5280: a URI without a host name MUST be rejected, and an
 * address isn't one.
 */
export function hostOfUri(name: string): string | null {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)(?:[/?#]|$)/i.exec(name)?.[1]
  if (authority === undefined) return null
  const parts = authority.split('@')
  const host = (parts.at(-1) ?? '').replace(/:\d*$/, '').toLowerCase()
  const isName = parts.length <= 2 && isHostName(host) && !/(?:^|\.)[0-9]+$/.test(host)
  return isName ? host : null
}

/** URI: the host alone; `.domain` stands for all hosts below. */
export const matchUri = (host: string, constraint: string): Match =>
  constraint === '' ? 'within' : matchHost(host, constraint)

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
