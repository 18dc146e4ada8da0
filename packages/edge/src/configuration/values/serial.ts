import type { Place } from '../place.js'

/** RFC 5280 section 4.1.2.2: a serial number has 20 octets at the most, and one more where its first bit is set. */
const SERIAL = /^[0-9a-f]{1,42}$/

/**
 * Reads a serial number in hexadecimal, with or without colons, into the form that `Certificate.serialNumber` has: the
 * contents of a positive DER integer.
 */
export function readSerial(text: string, place: Place): string | null {
  const digits = text.replaceAll(':', '').toLowerCase()
  if (!SERIAL.test(digits)) {
    return place.error(
      'is not a serial number in hexadecimal',
      'write what `openssl x509 -noout -serial -in FILE` prints behind the equals sign, in quotes',
    )
  }
  const shortest = digits.replace(/^0+(?=.)/, '')
  const even = shortest.length % 2 === 0 ? shortest : `0${shortest}`
  return /^[89a-f]/.test(even) ? `00${even}` : even
}
