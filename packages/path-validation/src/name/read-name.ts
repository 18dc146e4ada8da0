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

/** One part of a name: its text, its comparison key, and the e-mail addresses in it. */
export interface RelativeName {
  readonly text: string
  readonly key: string
  readonly emailAddresses: readonly string[]
}

/**
 * Reads a Name (a sequence of sets of attributes).
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.4
 */
export function readName(reader: DerReader, what: string): Name {
  const from = reader.at
  const sequence = reader.read(TAG.sequence, what)
  return readSequence(sequence, reader.bytes.subarray(from, reader.at), what)
}

function readSequence(sequence: DerReader, der: Uint8Array, what: string): Name {
  const parts: RelativeName[] = []
  while (!sequence.isAtEnd) parts.push(readRelativeName(sequence.read(TAG.set, what), what))
  const keys = parts.map(({ key }) => key)
  return Object.freeze({
    der,
    text: parts
      .map(({ text }) => text)
      .reverse()
      .join(','),
    normalized: keys.join(','),
    relativeNames: Object.freeze(keys),
    emailAddresses: Object.freeze(parts.flatMap((part) => part.emailAddresses)),
  })
}

/** Reads the attributes of one RelativeDistinguishedName, up to the reader's end. */
export function readRelativeName(set: DerReader, what: string): RelativeName {
  const emailAddresses: string[] = []
  const attributes: Attribute[] = []
  do attributes.push(readAttribute(set, what, emailAddresses))
  while (!set.isAtEnd)
  const text = attributes.map((attribute) => attribute.text).join('+')
  const keys = attributes.map(({ key }) => key).sort()
  return { text, key: keys.join('+'), emailAddresses }
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
