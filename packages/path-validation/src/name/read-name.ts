import { readOid } from '../der/primitive.js'
import { type DerReader, TAG } from '../der/reader.js'
import { decodeText } from '../der/text.js'
import { ATTRIBUTE_NAMES, escapeValue } from './display.js'
import type { Name } from './name.js'
import { attributeKey } from './normalize.js'

const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'

interface Attribute {
  readonly text: string
  readonly key: string
}

/**
 * Reads a Name (a sequence of sets of attributes).
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.4
 */
export function readName(reader: DerReader, what: string): Name {
  const from = reader.at
  const sequence = reader.read(TAG.sequence, what)
  return readRelativeNames(sequence, reader.bytes.subarray(from, reader.at), what)
}

/** Reads what a Name holds, up to the reader's end; `der` becomes the name's own bytes. */
export function readRelativeNames(sequence: DerReader, der: Uint8Array, what: string): Name {
  const texts: string[] = []
  const keys: string[] = []
  const emailAddresses: string[] = []
  while (!sequence.isAtEnd) {
    const set = sequence.read(TAG.set, what)
    const attributes: Attribute[] = []
    do attributes.push(readAttribute(set, what, emailAddresses))
    while (!set.isAtEnd)
    texts.unshift(attributes.map(({ text }) => text).join('+'))
    const sorted = attributes.map(({ key }) => key).sort()
    keys.push(sorted.join('+'))
  }
  return Object.freeze({
    der,
    text: texts.join(','),
    normalized: keys.join(','),
    relativeNames: Object.freeze(keys),
    emailAddresses: Object.freeze(emailAddresses),
  })
}

function readAttribute(set: DerReader, what: string, emailAddresses: string[]): Attribute {
  const pair = set.read(TAG.sequence, what)
  const oid = readOid(pair, what)
  const tag = pair.peek()
  const from = pair.at
  const value = pair.readAny(what)
  pair.expectEnd(what)
  const text = decodeText(tag, value.contents(), what)
  const label = ATTRIBUTE_NAMES.get(oid)
  const hex = (): string => Buffer.from(pair.bytes.subarray(from, pair.at)).toString('hex')
  if (text === null) return { text: `${label ?? oid}=#${hex()}`, key: `${oid}=#${hex()}` }
  if (oid === EMAIL_ADDRESS) emailAddresses.push(text)
  return {
    text: label === undefined ? `${oid}=#${hex()}` : `${label}=${escapeValue(text)}`,
    key: attributeKey(oid, text),
  }
}
