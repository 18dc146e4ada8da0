import { DerError } from '../../der/error.js'
import type { DerReader } from '../../der/reader.js'
import type { GeneralName } from '../../name/name.js'
import { readGeneralNamesElement } from '../../name/read-general-name.js'

/**
 * Reads the alternative names of a subject or an issuer, of which there must be one at least. An address is one of IPv4 or IPv6; with a
 * mask beside it, it stands in constraints alone.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6
 */
export function readAlternativeNames(value: DerReader, what: string): readonly GeneralName[] {
  const names = readGeneralNamesElement(value, what)
  for (const name of names)
    if (name.type === 'ip' && name.bytes.length !== 4 && name.bytes.length !== 16)
      throw new DerError(`${what}: an address of neither 4 nor 16 bytes`)
  return names
}
