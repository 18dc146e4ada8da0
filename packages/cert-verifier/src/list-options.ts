import { NameSyntaxError, parseName, parseThumbprint } from '@mtls-edge/path-validation'
import { InvalidOptionError } from './errors.js'
import { type AllowList, type DenyList, parseAlternativeName, serialKey } from './lists/index.js'
import type { DenyListOptions } from './options.js'
import { refuseUnknown } from './read-options.js'

/** Lists as people write them. Each defaults to empty. */
export interface ListOptions {
  /** SHA-256 of the DER: hexadecimal with or without colons, or base64url as in `x5t#S256`. */
  readonly thumbprints?: readonly string[]
  /** RFC 4514 text: `CN=client,O=Bank,C=DE`. Compared by RFC 5280 section 7.1. */
  readonly subjects?: readonly string[]
  /** `dns:host`, `email:a@b`, `uri:https://...`, `ip:192.0.2.1`. */
  readonly subjectAlternativeNames?: readonly string[]
  /** RFC 4514 text, as `subjects`. */
  readonly issuers?: readonly string[]
}

const LIST_NAMES = [
  'thumbprints',
  'subjects',
  'subjectAlternativeNames',
  'issuers',
] satisfies (keyof ListOptions)[]

/** Turns both lists into comparison keys. */
export function resolveLists(
  allow: ListOptions,
  deny: DenyListOptions,
): { readonly allow: AllowList; readonly deny: DenyList } {
  refuseUnknown(allow, LIST_NAMES, 'allow.')
  refuseUnknown(deny, [...LIST_NAMES, 'serials'], 'deny.')
  return {
    allow: Object.freeze(resolveList(allow, 'allow')),
    deny: Object.freeze({
      ...resolveList(deny, 'deny'),
      serials: toKeys(deny.serials ?? [], 'deny.serials', ({ issuer, serial }) => {
        const digits = serial.replaceAll(':', '').toLowerCase()
        if (!/^0*[0-9a-f]{1,40}$/.test(digits)) throw new TypeError('serial must be hexadecimal')
        return serialKey(parseName(issuer), digits)
      }),
    }),
  }
}

function resolveList(options: ListOptions, path: string): AllowList {
  return {
    thumbprints: toKeys(options.thumbprints ?? [], `${path}.thumbprints`, readThumbprint),
    subjects: toKeys(options.subjects ?? [], `${path}.subjects`, parseName),
    subjectAlternativeNames: toKeys(
      options.subjectAlternativeNames ?? [],
      `${path}.subjectAlternativeNames`,
      parseAlternativeName,
    ),
    issuers: toKeys(options.issuers ?? [], `${path}.issuers`, parseName),
  }
}

function toKeys<T>(
  items: readonly T[],
  path: string,
  toKey: (item: T) => string,
): ReadonlySet<string> {
  if (!Array.isArray(items)) throw new InvalidOptionError(path, 'must be a list')
  return new Set(
    items.map((item, index) => {
      try {
        return toKey(item)
      } catch (error) {
        if (error instanceof NameSyntaxError || error instanceof TypeError)
          throw new InvalidOptionError(`${path}[${index}]`, error.message)
        throw error
      }
    }),
  )
}

function readThumbprint(text: string): string {
  const thumbprint = parseThumbprint(text)
  if (thumbprint !== null) return thumbprint
  throw new TypeError('must be a SHA-256 thumbprint: 64 hexadecimal digits, or 43 of base64url')
}
