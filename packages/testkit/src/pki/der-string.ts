import { element } from './der-element.js'

/** The string types of DirectoryString and of IA5 attributes. */
export type StringType =
  | 'utf8'
  | 'printable'
  | 'ia5'
  | 'bmp'
  | 'teletex'
  | 'universal'
  | 'numeric'
  | 'visible'

const TAGS = {
  utf8: 0x0c,
  numeric: 0x12,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  visible: 0x1a,
  universal: 0x1c,
  bmp: 0x1e,
} as const satisfies Record<StringType, number>

/** A character string of the given type. Characters that the type forbids are not refused: that is what tests are for. */
export function characterString(type: StringType, text: string): Buffer {
  return element(TAGS[type], stringOctets(type, text))
}

function stringOctets(type: StringType, text: string): Buffer {
  if (type === 'bmp') return Buffer.from(text, 'utf16le').swap16()
  if (type === 'universal') return universalOctets(text)
  return Buffer.from(text, type === 'utf8' ? 'utf8' : 'latin1')
}

function universalOctets(text: string): Buffer {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0)
  const octets = Buffer.alloc(points.length * 4)
  points.forEach((point, index) => {
    octets.writeUInt32BE(point, index * 4)
  })
  return octets
}

function compactDigits(date: Date): string {
  return date
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:T]/g, '')
}

/** UTCTime to the second; the century is cut off. */
export function utcTime(date: Date): Buffer {
  return utcTimeOfText(compactDigits(date).slice(2))
}

/** UTCTime with exactly this text, for odd ones (no seconds, an offset, letters). */
export function utcTimeOfText(text: string): Buffer {
  return element(0x17, Buffer.from(text, 'latin1'))
}

/** GeneralizedTime to the second, without fractions. */
export function generalizedTime(date: Date): Buffer {
  return generalizedTimeOfText(compactDigits(date))
}

/** GeneralizedTime with exactly this text. */
export function generalizedTimeOfText(text: string): Buffer {
  return element(0x18, Buffer.from(text, 'latin1'))
}

/**
 * Time as certificates and CRLs must have it: UTCTime from 1950 through 2049, else GeneralizedTime.
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5
 */
export function time(date: Date): Buffer {
  const year = date.getUTCFullYear()
  return year >= 1950 && year < 2050 ? utcTime(date) : generalizedTime(date)
}
