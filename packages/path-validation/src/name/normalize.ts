const PLAIN = /^(?:[\x21-\x7e]+(?: [\x21-\x7e]+)*)?$/
// RFC 4518 section 2.2: characters that map to a space, and characters that map to nothing.
const TO_SPACE = /[\t\n\v\f\r\x85\p{Z}]/gu
const TO_NOTHING = /[\p{Cc}\p{Cf}\u1806\ufffc]|\u034f|[\u180b-\u180d]|[\ufe00-\ufe0f]/gu

// UAX #15 section 13: text that is one knows no more than 30 marks upon one letter, and to put n of them in their order takes n^2 steps: 96 kB
// took 2 s. The last two are no marks, and become some.
const ENDLESS_MARKS = /[\p{M}\uff9e\uff9f]{31}/u

/**
 * Prepares an attribute value for comparison: case folded, compatibility forms unified, white space at the ends removed
 * and compressed within.
 *
 * Folding is lower case plus the two letters that lower case misses; what it may miss beyond that makes two names
 * differ, never agree.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-7.1
 * @see https://www.rfc-editor.org/rfc/rfc4518#section-2
 */
export function normalizeText(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase()
  const mapped = text.replace(TO_SPACE, ' ').replace(TO_NOTHING, '').toLowerCase()
  return (ENDLESS_MARKS.test(mapped) ? mapped : mapped.normalize('NFKC'))
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .trim()
    .replace(/ +/g, ' ')
}

/**
 * The comparison key of one attribute. A backslash before what joins the parts (and before a '#', which marks hex) keeps
 * keys of different names apart.
 */
export const attributeKey = (oid: string, value: string): string =>
  `${oid}=${normalizeText(value).replace(/[\\+,#]/g, '\\$&')}`
