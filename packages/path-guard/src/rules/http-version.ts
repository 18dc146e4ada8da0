/** @see https://www.rfc-editor.org/rfc/rfc9112#section-2.3 */
import { type Refusal, refuse } from '../refusal.js'

const unsupportedVersion = refuse('unsupported_version', 'the version is neither 1.0 nor 1.1')

/**
 * Checks the version. Node's parser hands `HTTP/2.0` and `HTTP/0.9`, written as text, to the
 * handler, and what they mean to the next reader nobody knows.
 *
 * @param httpVersion as `IncomingMessage.httpVersion` has it
 * @param isHttp2 whether the request came as a stream of a real HTTP/2 session
 */
export function checkHttpVersion(httpVersion: string, isHttp2: boolean): Refusal | null {
  if (isHttp2) return null
  if (httpVersion === '1.1' || httpVersion === '1.0') return null
  return unsupportedVersion
}
