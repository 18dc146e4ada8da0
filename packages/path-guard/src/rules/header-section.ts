/** @see https://www.rfc-editor.org/rfc/rfc9112#section-5.1 */
import type { GuardedFields } from '../guarded-fields.js'
import { type Refusal, refuse } from '../refusal.js'

const tooMany = refuse('malformed_request', 'there are more header fields than can be read safely')
const badName = refuse('malformed_request', 'there is white space at the end of a field name')

/**
 * Node reads 1,000 fields (its default `maxHeadersCount`); before 26 it drops the others unseen, while
 * its parser has obeyed them. Half of it is far more than any client sends, and leaves no field unread.
 */
const MAX_FIELDS = 500

/**
 * Checks that every field was read, under its own name: a header section so long that a field could
 * have been dropped is refused, and so is `Transfer-Encoding : chunked`, which a server MUST
 * refuse and a lenient parser takes for a field of another name.
 */
export function checkHeaderSection(fields: GuardedFields): Refusal | null {
  if (fields.count > MAX_FIELDS) return tooMany
  return fields.hasSpaceAfterName ? badName : null
}
