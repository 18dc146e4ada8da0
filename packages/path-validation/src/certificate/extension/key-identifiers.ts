import { readIntegerBytes } from '../../der/primitive.js'
import { constructed, type DerReader, implicit, TAG } from '../../der/reader.js'
import { readGeneralNamesElement } from '../../name/read-general-name.js'
import type { AuthorityKeyIdentifier } from '../extensions.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.2 */
export const readSubjectKeyIdentifier = (reader: DerReader): string =>
  hex(reader.read(TAG.octetString, 'subjectKeyIdentifier').contents())

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.1 */
export function readAuthorityKeyIdentifier(reader: DerReader): AuthorityKeyIdentifier {
  const what = 'authorityKeyIdentifier'
  const value = reader.read(TAG.sequence, what)
  const keyIdentifier = value.readOptional(implicit(0), what)
  const hasIssuer = value.peek() === constructed(1)
  const issuer = hasIssuer ? readGeneralNamesElement(value, what, constructed(1)) : null
  const hasSerial = value.peek() === implicit(2)
  const serialNumber = hasSerial ? hex(readIntegerBytes(value, what, implicit(2))) : null
  value.expectEnd(what)
  return {
    keyIdentifier: keyIdentifier === null ? null : hex(keyIdentifier.contents()),
    issuer,
    serialNumber,
  }
}
