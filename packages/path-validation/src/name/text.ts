import { readOid } from '../der/primitive.js'
import { DerReader, TAG } from '../der/reader.js'
import { decodeText } from '../der/text.js'
import { ATTRIBUTE_NAMES, escapeValue } from './display.js'

/**
 * Writes a name that was read before for people: the last part first, as RFC 4514 has it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4514#section-2
 */
export function nameText(der: Uint8Array): string {
  const sequence = new DerReader(der).read(TAG.sequence, 'name')
  const parts: string[] = []
  while (!sequence.isAtEnd) {
    const set = sequence.read(TAG.set, 'name')
    const attributes: string[] = []
    while (!set.isAtEnd) attributes.push(attributeText(set.read(TAG.sequence, 'name')))
    parts.push(attributes.join('+'))
  }
  return parts.reverse().join(',')
}

/** Types without a short name, and values that are no text, are written in hex (section 2.4). */
function attributeText(pair: DerReader): string {
  const oid = readOid(pair, 'name')
  const label = ATTRIBUTE_NAMES.get(oid)
  const tag = pair.peek()
  const whole = pair.bytes.subarray(pair.at, pair.end)
  const text = decodeText(tag, pair.readAny('name').contents(), 'name')
  if (label === undefined || text === null) {
    return `${label ?? oid}=#${Buffer.from(whole).toString('hex')}`
  }
  return `${label}=${escapeValue(text)}`
}
