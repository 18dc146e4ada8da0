/**
 * Names of header fields: checked once for each spelling.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.1
 */

import { copyOf, rememberByName } from '../headers/name-memory.js'

/** A token (RFC 9110 section 5.6.2): no space before the colon, and no empty name. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/**
 * A name in lower case.
 *
 * @returns null for what is no name
 */
export const lowerCaseName = rememberByName((name): string | null =>
  token.test(name) ? copyOf(name.toLowerCase()) : null,
)
