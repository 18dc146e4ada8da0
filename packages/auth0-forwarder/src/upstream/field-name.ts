/**
 * Names of header fields: checked once for each spelling.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.1
 */

/** A token (RFC 9110 section 5.6.2): no space before the colon, and no empty name. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Names seen lately. Both sides spell a few dozen; the bound is for whoever makes names up. */
const seenNames = new Map<string, string>()
const maxSeenNames = 512
const maxSeenNameLength = 64

/**
 * A name in lower case.
 *
 * @returns null for what is no name
 */
export function lowerCaseName(name: string): string | null {
  const seen = seenNames.get(name)
  if (seen !== undefined) return seen
  if (!token.test(name)) return null
  const lower = name.toLowerCase()
  if (name.length > maxSeenNameLength) return lower
  if (seenNames.size >= maxSeenNames) seenNames.clear()
  // Copies: a part of a string keeps the whole of it in memory, and that one holds an answer.
  const kept = copyOf(lower)
  seenNames.set(copyOf(name), kept)
  return kept
}

const copyOf = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')
