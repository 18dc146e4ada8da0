import { DerError } from './error.js'
import { type DerReader, TAG } from './reader.js'

/**
 * Reads a UTCTime (`YYMMDDHHMMSSZ`, years 1950 to 2049) or GeneralizedTime (`YYYYMMDDHHMMSSZ`): seconds written, `Z`,
 * no fraction. GeneralizedTime before 2050 is read: section 4.1.2.5 forbids a CA to write it and bids us to accept it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5
 */
export function readTime(reader: DerReader, what: string): Date {
  const isShort = reader.peek() === TAG.utcTime
  const { bytes, start, end } = reader.read(isShort ? TAG.utcTime : TAG.generalizedTime, what)
  const digits = isShort ? 12 : 14
  if (end - start !== digits + 1 || bytes[end - 1] !== 0x5a) throw malformed(what)
  const number = (at: number, length: number): number => {
    let sum = 0
    for (let i = 0; i < length; i++) {
      const digit = (bytes[start + at + i] ?? 0) - 0x30
      if (digit < 0 || digit > 9) throw malformed(what)
      sum = sum * 10 + digit
    }
    return sum
  }
  const rest = digits - 10
  const written = number(0, rest)
  const year = isShort ? written + (written < 50 ? 2000 : 1900) : written
  const [month, day] = [number(rest, 2), number(rest + 2, 2)]
  const [hour, minute, second] = [number(rest + 4, 2), number(rest + 6, 2), number(rest + 8, 2)]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  // Date carries a 31 April over into May: what comes out must be what went in.
  const isReal =
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  if (!isReal) throw malformed(what)
  return date
}

function malformed(what: string): DerError {
  return new DerError(`${what}: not a time as RFC 5280 writes it`)
}
