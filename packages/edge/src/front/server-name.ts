/** The longest host name in presentation form: 255 octets on the wire (RFC 1035 section 2.3.4) less the frame. */
const MAX_NAME_LENGTH = 253

/** Labels of 63 characters at the most, with dots between them. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/
/** The last part of 127.0.0.1, and 0x7f000001: what some parser takes for an address. */
const NUMBER_AT_END = /(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/

/**
 * The one spelling of a host name under which it is compared and looked up: lower case, without the one trailing dot
 * that clients may send.
 *
 * An IP literal is no host name (RFC 6066 section 3 forbids it in the SNI), and neither is a name whose last label is
 * all digits, since parsers disagree on whether that is an address. Underscores, spaces, control and non-ASCII
 * characters are refused: no certificate that a public authority issues can hold them. Whether the name is one of
 * ours is not decided here.
 *
 * @returns the name, or null when the text is no host name
 * @see https://www.rfc-editor.org/rfc/rfc1123#section-2.1
 * @see https://www.rfc-editor.org/rfc/rfc6066#section-3
 */
export function normalizeServerName(text: string): string | null {
  // Checked before toLowerCase, which turns the Kelvin sign into an ASCII k.
  if (text.length > MAX_NAME_LENGTH + 1 || !/^[\x21-\x7e]+$/.test(text)) return null
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase()
  if (name.length > MAX_NAME_LENGTH) return null
  return NAME.test(name) && !NUMBER_AT_END.test(name) ? name : null
}
