import type { GeneralSubtree } from '../../certificate/extensions.js'
import type { GeneralName } from '../../name/name.js'
import { isHostName } from './host.js'
import {
  hostOfDns,
  hostOfUri,
  type Match,
  mailboxOf,
  matchAddress,
  matchDirectory,
  matchDns,
  matchEmail,
  matchUri,
} from './matchers.js'

/** Why a constraint can't be applied; `null` where it can. */
export function problemOf({ base, isPlain }: GeneralSubtree): string | null {
  // RFC 5280 section 4.2.1.10: minimum MUST be zero and maximum absent.
  if (!isPlain) return 'a constraint with a minimum or maximum'
  switch (base.type) {
    case 'dns':
      return isDomain(base.value) ? null : 'a malformed constraint on DNS names'
    case 'email':
      return isMailConstraint(base.value) ? null : 'a malformed constraint on e-mail addresses'
    case 'uri':
      return isDomain(base.value) ? null : 'a malformed constraint on URIs'
    case 'ip':
      return isNetwork(base.bytes) ? null : 'a malformed constraint on IP addresses'
    case 'directory':
      return null
    default:
      return `a constraint on names of the form ${base.type}, which is not supported`
  }
}

/** Compares one name with a constraint of the same form. */
export type Comparison = (constraint: GeneralName, isExclusion: boolean) => Match

/** Takes a name apart once, for as many constraints as there are. */
export function comparisonOf(name: GeneralName): Comparison {
  switch (name.type) {
    case 'directory':
      return (constraint) =>
        constraint.type === 'directory' ? matchDirectory(name.name, constraint.name) : 'outside'
    case 'ip':
      return (constraint) =>
        constraint.type === 'ip' ? matchAddress(name.bytes, constraint.bytes) : 'outside'
    case 'dns': {
      const host = hostOfDns(name.value)
      return ({ value }, isExclusion) =>
        host === null ? 'malformed' : matchDns(host, value, isExclusion)
    }
    case 'email': {
      const mailbox = mailboxOf(name.value)
      return ({ value }) => (mailbox === null ? 'malformed' : matchEmail(mailbox, value))
    }
    case 'uri': {
      const host = hostOfUri(name.value)
      return ({ value }) => (host === null ? 'malformed' : matchUri(host, value))
    }
    default:
      return () => 'malformed'
  }
}

function isDomain(text: string): boolean {
  const host = text.toLowerCase()
  return host === '' || isHostName(host.startsWith('.') ? host.slice(1) : host)
}

function isMailConstraint(text: string): boolean {
  const at = text.lastIndexOf('@')
  if (at < 0) return isDomain(text)
  return at > 0 && isHostName(text.slice(at + 1).toLowerCase())
}

/** An address and a mask of the same length, the mask ones and then zeros (RFC 4632). */
function isNetwork(bytes: Uint8Array): boolean {
  if (bytes.length !== 8 && bytes.length !== 32) return false
  let hasZero = false
  for (const byte of bytes.subarray(bytes.length / 2)) {
    for (let bit = 0x80; bit > 0; bit >>= 1) {
      const isOne = (byte & bit) !== 0
      if (isOne && hasZero) return false
      hasZero ||= !isOne
    }
  }
  return true
}
