import { InvalidInputError } from '../errors.js'
import type { RegistrationLabels } from './registration.js'

const NAME_LIMIT = 200
const NOTES_LIMIT = 4000
// Names stand in one line of a log or a terminal; notes may have lines and tabs of their own.
const NOT_IN_NAMES = /\p{Cc}/u
const NOT_IN_NOTES = /[^\P{Cc}\n\t]/u

/**
 * Checks what people say of a certificate. What is left out, or is empty, becomes `null`.
 *
 * @throws FST_CERT_REGISTRY_INVALID_INPUT
 */
export function readLabels(labels: Partial<RegistrationLabels>): RegistrationLabels {
  return {
    clientName: readText('the client name', labels.clientName, NAME_LIMIT, NOT_IN_NAMES),
    owner: readText('the owner', labels.owner, NAME_LIMIT, NOT_IN_NAMES),
    notes: readText('the notes', labels.notes, NOTES_LIMIT, NOT_IN_NOTES),
  }
}

/**
 * Checks the name of whoever makes a change.
 *
 * @throws FST_CERT_REGISTRY_INVALID_INPUT
 */
export function readActor(actor: string): string {
  const text = readText('the actor', actor, NAME_LIMIT, NOT_IN_NAMES)
  if (text === null) throw new InvalidInputError('the actor must be named')
  return text
}

function readText(
  what: string,
  value: string | null | undefined,
  limit: number,
  forbidden: RegExp,
): string | null {
  // Through UTF-8 and back: half a surrogate pair is nothing that both databases keep.
  const text = Buffer.from(value?.trim() ?? '').toString()
  if (text.length > limit) {
    throw new InvalidInputError(`${what} may have ${limit} characters, not ${text.length}`)
  }
  if (forbidden.test(text)) throw new InvalidInputError(`${what} must not have control characters`)
  return text === '' ? null : text
}
