/** Attribute types that have a short name; any other is written as dotted numbers with its value in hex. */
export const ATTRIBUTE_NAMES: ReadonlyMap<string, string> = new Map([
  ['2.5.4.3', 'CN'],
  ['2.5.4.4', 'SN'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.10', 'O'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.12', 'title'],
  ['2.5.4.15', 'businessCategory'],
  ['2.5.4.17', 'postalCode'],
  ['2.5.4.42', 'GN'],
  ['2.5.4.43', 'initials'],
  ['2.5.4.44', 'generationQualifier'],
  ['2.5.4.46', 'dnQualifier'],
  ['2.5.4.65', 'pseudonym'],
  ['2.5.4.97', 'organizationIdentifier'],
  ['0.9.2342.19200300.100.1.1', 'UID'],
  ['0.9.2342.19200300.100.1.25', 'DC'],
  ['1.2.840.113549.1.9.1', 'emailAddress'],
  ['1.3.6.1.4.1.311.60.2.1.1', 'jurisdictionL'],
  ['1.3.6.1.4.1.311.60.2.1.2', 'jurisdictionST'],
  ['1.3.6.1.4.1.311.60.2.1.3', 'jurisdictionC'],
])

// What most values are made of: nothing in it needs an escape.
const PLAIN = /^[A-Za-z0-9](?:[A-Za-z0-9 ._:@/()'-]*[A-Za-z0-9._:@/()'-])?$/
const SPECIAL = /["+,;<>\\=]|^[ #]| $/g
// Controls, invisible and direction-changing characters, line and paragraph separators, lone surrogates.
const HARMFUL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu

/**
 * Writes an attribute value so that nothing in it can be taken for another attribute, a line of its own or a
 * terminal's command: the escapes of RFC 4514, and hex pairs for every character that isn't seen.
 *
 * @see https://www.rfc-editor.org/rfc/rfc4514#section-2.4
 */
export function escapeValue(text: string): string {
  return PLAIN.test(text) ? text : text.replace(SPECIAL, '\\$&').replace(HARMFUL, hexPairs)
}

/** Writes any text from a certificate (a URI, a DNS name) so that it can't act on a log or a terminal. */
export const escapeHarmful = (text: string): string => text.replace(HARMFUL, hexPairs)

const hexPairs = (character: string): string =>
  Buffer.from(character).toString('hex').replace(/../g, '\\$&')
