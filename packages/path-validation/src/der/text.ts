import { DerError } from './error.js'
import { TAG } from './reader.js'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const utf16 = new TextDecoder('utf-16be', { fatal: true, ignoreBOM: true })
const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

const NUMERIC = /^[0-9 ]*$/

/**
 * Decodes a string of any of ASN.1's string types, `null` where the tag is not one of them. TeletexString is read as
 * Latin-1, as every other implementation does. PrintableString is read as ASCII: `*`, `@`, `&` and `_` stand in
 * too many certificates for its alphabet to be enforced.
 */
export function decodeText(tag: number, bytes: Uint8Array, what: string): string | null {
  switch (tag) {
    case TAG.utf8String:
      return isAscii(bytes) ? latin1(bytes) : decodeWith(utf8, bytes, what)
    case TAG.printableString:
    case TAG.ia5String:
    case TAG.visibleString:
      return decodeAscii(bytes, what)
    case TAG.numericString:
      return matching(NUMERIC, decodeAscii(bytes, what), what)
    case TAG.teletexString:
      return latin1(bytes)
    case TAG.bmpString:
      return decodeWith(utf16, bytes, what)
    case TAG.universalString:
      return decodeUniversal(bytes, what)
    default:
      return null
  }
}

/** Decodes ASCII (IA5String), and refuses any byte above 0x7f. */
export function decodeAscii(bytes: Uint8Array, what: string): string {
  if (!isAscii(bytes)) throw new DerError(`${what}: a byte outside ASCII`)
  return latin1(bytes)
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] ?? 0) >= 0x80) return false
  return true
}

function matching(pattern: RegExp, text: string, what: string): string {
  if (!pattern.test(text)) throw new DerError(`${what}: a character that its string type lacks`)
  return text
}

function decodeWith(decoder: TextDecoder, bytes: Uint8Array, what: string): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new DerError(`${what}: text that is not what its type says`)
  }
}

function decodeUniversal(bytes: Uint8Array, what: string): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length % 4 !== 0) throw new DerError(`${what}: text that is not what its type says`)
  let text = ''
  for (let at = 0; at < bytes.length; at += 4) {
    const point = view.getUint32(at)
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
      throw new DerError(`${what}: text that is not what its type says`)
    }
    text += String.fromCodePoint(point)
  }
  return text
}
