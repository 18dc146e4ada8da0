import { ATTRIBUTE_NAMES } from './display.js'
import { attributeKey } from './normalize.js'

const OID_BY_NAME: ReadonlyMap<string, string> = new Map([
  ...[...ATTRIBUTE_NAMES].map(([oid, name]) => [name.toLowerCase(), oid] as const),
  // Other spellings of the same attributes, as OpenSSL and Windows write them.
  ['surname', '2.5.4.4'],
  ['givenname', '2.5.4.42'],
  ['e', '1.2.840.113549.1.9.1'],
  ['s', '2.5.4.8'],
])
const DOTTED_NUMBERS = /^[0-2](?:\.(?:0|[1-9]\d*))+$/

/** Thrown where text is not a distinguished name; `message` says what is wrong and where. */
export class NameSyntaxError extends Error {
  override readonly name = 'NameSyntaxError'
}

/**
 * Reads a distinguished name as people write it (RFC 4514: last part first, `CN=Client,O=Bank`) into the key by which
 * names compare: it equals `Name.normalized` of every certificate name that RFC 5280 section 7.1 calls the same.
 *
 * White space around `,`, `+` and `=` is allowed. Values in hex (`#0c03...`) are not.
 *
 * @throws NameSyntaxError
 * @see https://www.rfc-editor.org/rfc/rfc4514#section-3
 */
export function parseName(text: string): string {
  const relativeNames: string[] = []
  let at = 0
  while (true) {
    const attributes: string[] = []
    while (true) {
      const attribute = readAttribute(text, at)
      attributes.push(attribute.key)
      at = attribute.end + 1
      if (text[attribute.end] !== '+') break
    }
    relativeNames.unshift(attributes.sort().join('+'))
    if (at > text.length) return relativeNames.join(',')
  }
}

/** Reads `type=value` up to the next unescaped comma, plus sign or the end. */
function readAttribute(text: string, from: number): { readonly key: string; readonly end: number } {
  const equals = text.indexOf('=', from)
  if (equals === -1) throw new NameSyntaxError(`an attribute without "=" at character ${from + 1}`)
  const label = text.slice(from, equals).trim()
  const oid = DOTTED_NUMBERS.test(label) ? label : OID_BY_NAME.get(label.toLowerCase())
  if (oid === undefined)
    throw new NameSyntaxError(`an unknown attribute type at character ${from + 1}`)
  const { value, end } = readValue(text, equals + 1)
  return { key: attributeKey(oid, value), end }
}

function readValue(text: string, from: number): { readonly value: string; readonly end: number } {
  if (text.slice(from).trimStart().startsWith('#'))
    throw new NameSyntaxError(`a value in hex at character ${from + 1}`)
  const bytes: Buffer[] = []
  let at = from
  while (at < text.length) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0)
    if (character === ',' || character === '+') break
    if (character !== '\\') {
      if ('"<>;'.includes(character))
        throw new NameSyntaxError(`an unescaped ${character} at character ${at + 1}`)
      bytes.push(Buffer.from(character))
      at += character.length
      continue
    }
    const pair = text.slice(at + 1, at + 3)
    const isHexPair = /^[0-9a-f]{2}$/i.test(pair)
    if (!isHexPair && !/^[ "#+,;<=>\\]/.test(pair))
      throw new NameSyntaxError(`a backslash that escapes nothing at character ${at + 1}`)
    bytes.push(isHexPair ? Buffer.from(pair, 'hex') : Buffer.from(pair.slice(0, 1)))
    at += isHexPair ? 3 : 2
  }
  const value = Buffer.concat(bytes).toString()
  if (value.trim() === '') throw new NameSyntaxError(`an empty value at character ${from + 1}`)
  return { value, end: at }
}
