/** @see https://www.rfc-editor.org/rfc/rfc9110#section-7.8 */
import type { GuardedFields } from '../guarded-fields.js'
import { type Refusal, refuse } from '../refusal.js'

const upgrade = refuse('upgrade_refused', 'there is an Upgrade header')

/**
 * Refuses every request for another protocol, h2c among them: behind an upgrade no rule of this
 * package would see a request. A server may ignore the field, but one behind it may not.
 */
export function checkUpgrade(fields: GuardedFields): Refusal | null {
  return fields.hasUpgrade ? upgrade : null
}
