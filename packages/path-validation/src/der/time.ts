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
  checkTimeAt(bytes, at + 2, isShort, what)
  return next
}

/** Bytes of both forms. */
const SHORT = 13
const LONG = 15

/** The time whose text begins at `start`, in milliseconds since the epoch. */
function timeAt(bytes: Uint8Array, start: number, isShort: boolean, what: string): number {
  checkTimeAt(bytes, start, isShort, what)
  const rest = start + (isShort ? 2 : 4)
  const year = yearAt(bytes, start, isShort)
  const day = twoAt(bytes, rest + 2)
  const hour = twoAt(bytes, rest + 4)
  const minute = twoAt(bytes, rest + 6)
  const second = twoAt(bytes, rest + 8)
  const time = Date.UTC(year, twoAt(bytes, rest) - 1, day, hour, minute, second)
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return year < 100 ? new Date(time).setUTCFullYear(year) : time
}

/** Digits alone, and a day of the calendar. */
function checkTimeAt(bytes: Uint8Array, start: number, isShort: boolean, what: string): void {
  const end = start + (isShort ? SHORT : LONG) - 1
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 0x30
    if (digit < 0 || digit > 9) throw malformed(what)
  }
  const month = twoAt(bytes, end - 10)
  const day = twoAt(bytes, end - 8)
  const isLate =
    twoAt(bytes, end - 6) > 23 || twoAt(bytes, end - 4) > 59 || twoAt(bytes, end - 2) > 59
  if (bytes[end] !== 0x5a || month < 1 || month > 12 || day < 1 || isLate) throw malformed(what)
  if (day > 28 && day > daysOf(yearAt(bytes, start, isShort), month)) throw malformed(what)
}

function yearAt(bytes: Uint8Array, start: number, isShort: boolean): number {
  const first = twoAt(bytes, start)
  if (isShort) return first + (first < 50 ? 2000 : 1900)
  return first * 100 + twoAt(bytes, start + 2)
}

/** The number of two digits, if they are any. */
function twoAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) - 0x30) * 10 + (bytes[at + 1] ?? 0) - 0x30
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function malformed(what: string): DerError {
  return new DerError(`${what}: not a time as RFC 5280 writes it`)
}
