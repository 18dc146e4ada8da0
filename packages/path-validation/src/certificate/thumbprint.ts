const HEX = /^[0-9a-f]{64}$/i
const HEX_WITH_COLONS = /^[0-9a-f]{2}(?::[0-9a-f]{2}){31}$/i
// 32 bytes are 43 digits of base64url; the last one carries four bits and so is one of sixteen.
const BASE64URL = /^[\w-]{42}[AEIMQUYcgkosw048]=?$/

/**
 * Reads a SHA-256 thumbprint as people and programs write it: hex with or without colons (openssl), or
 * base64url (`x5t#S256` of RFC 8705).
 *
 * @returns 64 lower-case hex digits, or `null` when the text is none of these
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-3.1
 */
export function parseThumbprint(text: string): string | null {
  if (HEX.test(text)) return text.toLowerCase()
  if (HEX_WITH_COLONS.test(text)) return text.replaceAll(':', '').toLowerCase()
  if (BASE64URL.test(text)) return Buffer.from(text, 'base64url').toString('hex')
  return null
}
