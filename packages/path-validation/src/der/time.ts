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
  if (end - start !== (isShort ? SHORT : LONG)) throw malformed(what)
  return new Date(timeAt(bytes, start, isShort, what))
}

/**
 * Where the time that begins at `at` ends, after the same checks. It makes no objects: a CRL has a million of them.
 */
export function skipTime(bytes: Uint8Array, at: number, end: number, what: string): number {
  const isShort = bytes[at] === TAG.utcTime
  const length = isShort ? SHORT : LONG
  const next = at + 2 + length
  if (!isShort && bytes[at] !== TAG.generalizedTime) throw malformed(what)
  if (bytes[at + 1] !== length || next > end) throw malformed(what)
  timeAt(bytes, at + 2, isShort, what)
  return next
}

/** Bytes of both forms. */
const SHORT = 13
const LONG = 15

/** The time whose text begins at `start`, in milliseconds since the epoch. */
function timeAt(bytes: Uint8Array, start: number, isShort: boolean, what: string): number {
  const rest = start + (isShort ? 2 : 4)
  if (bytes[rest + 10] !== 0x5a) throw malformed(what)
  let year = readTwo(bytes, start, what)
  if (isShort) year += year < 50 ? 2000 : 1900
  else year = year * 100 + readTwo(bytes, start + 2, what)
  const month = readTwo(bytes, rest, what)
  const day = readTwo(bytes, rest + 2, what)
  const hour = readTwo(bytes, rest + 4, what)
  const minute = readTwo(bytes, rest + 6, what)
  const second = readTwo(bytes, rest + 8, what)
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) throw malformed(what)
  if (hour > 23 || minute > 59 || second > 59) throw malformed(what)
  const time = Date.UTC(year, month - 1, day, hour, minute, second)
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return year < 100 ? new Date(time).setUTCFullYear(year) : time
}

function readTwo(bytes: Uint8Array, at: number, what: string): number {
  const tens = (bytes[at] ?? 0) - 0x30
  const ones = (bytes[at + 1] ?? 0) - 0x30
  if (tens < 0 || tens > 9 || ones < 0 || ones > 9) throw malformed(what)
  return tens * 10 + ones
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function malformed(what: string): DerError {
  return new DerError(`${what}: not a time as RFC 5280 writes it`)
}
