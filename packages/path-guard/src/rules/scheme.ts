/** @see https://www.rfc-editor.org/rfc/rfc9113#section-8.3.1 */
import type { GuardedFields } from '../guarded-fields.js'
import { type Refusal, refuse } from '../refusal.js'

const otherScheme = refuse('malformed_request', ':scheme is not the one of the connection')

/**
 * Checks HTTP/2's `:scheme`, which a client can set to anything: a request for `http` that came over TLS is taken for one
 * without TLS by whoever believes it, and with other schemes a path need not even begin with a slash.
 */
export function checkScheme(fields: GuardedFields, isEncrypted: boolean): Refusal | null {
  if (fields.scheme === null) return null
  return fields.scheme === (isEncrypted ? 'https' : 'http') ? null : otherScheme
}
