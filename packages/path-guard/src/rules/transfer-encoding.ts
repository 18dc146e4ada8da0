/**
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.1 and section 11.2, on request smuggling
 */
import type { GuardedFields } from '../guarded-fields.js'
import { type Refusal, refuse } from '../refusal.js'

const foldedName = refuse('ambiguous_framing', 'a framing header is spelt with _ or . for -')
const twice = refuse('ambiguous_framing', 'there is more than one Transfer-Encoding')
const withLength = refuse('ambiguous_framing', 'Transfer-Encoding stands beside Content-Length')
const notChunked = refuse('ambiguous_framing', 'Transfer-Encoding is not exactly chunked')
const wrongVersion = refuse('ambiguous_framing', 'Transfer-Encoding is not of this HTTP version')

/**
 * Checks that nothing but one exact `chunked` says how the body is framed. Codings compare without
 * case in the RFC; here the one spelling that every client sends is the only one, since each other
 * has fooled some reader.
 *
 * @param isHttp1Dot1 the only version that has transfer codings: a 1.0 message with one MUST be
 * treated as faulty
 */
export function checkTransferEncoding(fields: GuardedFields, isHttp1Dot1: boolean): Refusal | null {
  if (fields.hasFoldedFraming) return foldedName
  if (fields.transferEncodingCount === 0) return null
  if (fields.transferEncodingCount > 1) return twice
  if (fields.contentLengthCount > 0) return withLength
  if (fields.transferEncoding !== 'chunked') return notChunked
  if (!isHttp1Dot1) return wrongVersion
  return null
}
