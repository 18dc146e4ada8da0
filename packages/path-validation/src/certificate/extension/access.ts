import { readOid } from '../../der/primitive.js'
import { type DerReader, TAG } from '../../der/reader.js'
import { readGeneralName } from '../../name/read-general-name.js'
import type { AccessDescription } from '../extensions.js'

/** @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.2.1 */
export function readAccessDescriptions(reader: DerReader): readonly AccessDescription[] {
  const what = 'authorityInformationAccess'
  const list = reader.read(TAG.sequence, what)
  const descriptions: AccessDescription[] = []
  do {
    const pair = list.read(TAG.sequence, what)
    const method = readOid(pair, what)
    const location = readGeneralName(pair, what)
    pair.expectEnd(what)
    descriptions.push({ method, location })
  } while (!list.isAtEnd)
  return descriptions
}
