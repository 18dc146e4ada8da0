/** @see https://www.rfc-editor.org/rfc/rfc9110#section-9.3.8 on TRACE, section 9.3.6 on CONNECT */
import { type Refusal, refuse } from '../refusal.js'

const unsafeMethod = refuse('unsafe_method', 'the method is CONNECT, TRACE or TRACK')

/**
 * Refuses what no endpoint can ever allow: CONNECT makes a tunnel, TRACE and TRACK echo the headers
 * that were added on the way, an API key among them.
 */
export function checkMethod(method: string): Refusal | null {
  if (method === 'CONNECT' || method === 'TRACE' || method === 'TRACK') return unsafeMethod
  return null
}
