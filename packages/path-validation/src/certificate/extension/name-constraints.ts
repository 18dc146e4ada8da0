import { DerError } from '../../der/error.js'
import { readCount } from '../../der/primitive.js'
import { constructed, type DerReader, implicit, TAG } from '../../der/reader.js'
import { MAX_NAMES, readGeneralName } from '../../name/read-general-name.js'
import type { GeneralSubtree, NameConstraints } from '../extensions.js'

const WHAT = 'nameConstraints'

/**
 * Reads nameConstraints. Whether the constraints can be applied is for the rule that applies them to say.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.10
 */
export function readNameConstraints(reader: DerReader): NameConstraints {
  const value = reader.read(TAG.sequence, WHAT)
  const permitted = readSubtrees(value, constructed(0))
  const excluded = readSubtrees(value, constructed(1))
  value.expectEnd(WHAT)
  if (permitted.length + excluded.length === 0) throw new DerError(`${WHAT}: an empty sequence`)
  return { permitted, excluded }
}

function readSubtrees(reader: DerReader, tag: number): readonly GeneralSubtree[] {
  const list = reader.readOptional(tag, WHAT)
  if (list === null) return []
  const subtrees: GeneralSubtree[] = []
  do {
    if (subtrees.length === MAX_NAMES) throw new DerError(`${WHAT}: too many names`)
    const subtree = list.read(TAG.sequence, WHAT)
    const base = readGeneralName(subtree, WHAT)
    const minimum = subtree.peek() === implicit(0) ? readCount(subtree, WHAT, implicit(0)) : 0
    const hasMaximum = subtree.peek() === implicit(1)
    if (hasMaximum) readCount(subtree, WHAT, implicit(1))
    subtree.expectEnd(WHAT)
    subtrees.push({ base, isPlain: minimum === 0 && !hasMaximum })
  } while (!list.isAtEnd)
  return subtrees
}
