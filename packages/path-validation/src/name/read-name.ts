import { readOid } from '../der/primitive.js'
import { type DerReader, TAG } from '../der/reader.js'
import { decodeText } from '../der/text.js'
import type { Name } from './name.js'
import { attributeKey } from './normalize.js'
import { nameText } from './text.js'

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'
const NO_ADDRESSES: readonly string[] = []

/**
 * Reads a Name (a sequence of sets of attributes). Its text is made when somebody asks for it, once: most names are compared
 * and never shown.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.4
 */
export function readName(reader: DerReader, what: string): Name {
  const from = reader.at
  const sequence = reader.read(TAG.sequence, what)
  const der = reader.bytes.subarray(from, reader.at)
  const keys: string[] = []
  const addresses: string[] = []
  while (!sequence.isAtEnd) {
    keys.push(readRelativeName(sequence.read(TAG.set, what), what, addresses))
  }
  let text: string | null = null
  return {
    der,
    get text() {
      text ??= nameText(der)
      return text
    },
    normalized: keys.join(','),
    relativeNames: keys,
    emailAddresses: addresses.length === 0 ? NO_ADDRESSES : addresses,
  }
}

/**
 * Reads the attributes of one RelativeDistinguishedName, up to the reader's end, as a comparison key. E-mail addresses are
 * added to `addresses`.
 */
export function readRelativeName(set: DerReader, what: string, addresses: string[] = []): string {
  const first = readAttribute(set, what, addresses)
  if (set.isAtEnd) return first
  const keys = [first]
  while (!set.isAtEnd) keys.push(readAttribute(set, what, addresses))
  return keys.sort().join('+')
}

function readAttribute(set: DerReader, what: string, addresses: string[]): string {
  const pair = set.read(TAG.sequence, what)
  const oid = readOid(pair, what)
  const tag = pair.peek()
  const from = pair.at
  const value = pair.readAny(what)
  pair.expectEnd(what)
  const text = decodeText(tag, value.contents(), what)
  if (text === null) {
    return `${oid}=#${Buffer.from(pair.bytes.subarray(from, pair.at)).toString('hex')}`
  }
  if (oid === EMAIL_ADDRESS) addresses.push(text)
  return attributeKey(oid, text)
}
