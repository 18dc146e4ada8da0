import { NameSyntaxError, parseName } from '@mtls-edge/path-validation'
import type { Place } from '../place.js'
import type { NameRule } from '../types.js'

/** Reads a distinguished name as RFC 4514 writes it, the last part first: `CN=client,O=Example,C=DE`. */
export function readDistinguishedName(text: string, place: Place): NameRule | null {
  try {
    return { text, normalized: parseName(text) }
  } catch (error) {
    if (!(error instanceof NameSyntaxError)) throw error
    return place.error(
      `is not a distinguished name: ${error.message}`,
      'write what `openssl x509 -noout -subject -nameopt RFC2253 -in FILE` prints, such as CN=client,O=Example,C=DE',
    )
  }
}
