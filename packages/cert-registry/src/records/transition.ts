import { AlreadyRegisteredError, NotFoundError, RefusalKeptError, RevokedError } from '../errors.js'
import type { EntryReference, ImportedRegistration, NewRegistration } from '../store.js'
import { readLabels } from './labels.js'
import type { Registration } from './registration.js'
import { type RegistrationState, stricterState } from './state.js'

/** An entry as it is to be written; the store knows the times. */
export type RegistrationDraft = Omit<Registration, 'createdAt' | 'changedAt'>

/**
 * What adding makes of an entry. One that is there keeps the labels that are not given anew.
 *
 * @throws FST_CERT_REGISTRY_ALREADY_REGISTERED, FST_CERT_REGISTRY_INVALID_INPUT
 */
export function planAdd(current: Registration | null, added: NewRegistration): RegistrationDraft {
  const { domain, certificate, state = 'active' } = added
  if (current !== null && current.state !== state) throw new AlreadyRegisteredError(current.state)
  const labels = readLabels(added)
  return {
    domain,
    thumbprint: certificate.thumbprint,
    state,
    certificate,
    clientName: labels.clientName ?? current?.clientName ?? null,
    owner: labels.owner ?? current?.owner ?? null,
    notes: labels.notes ?? current?.notes ?? null,
  }
}

/** What denying makes of an entry, there or not. */
export function planDeny(current: Registration | null, entry: EntryReference): RegistrationDraft {
  const { domain, thumbprint, certificate = null } = entry
  const none = { domain, thumbprint, certificate, clientName: null, owner: null, notes: null }
  return { ...none, ...current, certificate: current?.certificate ?? certificate, state: 'revoked' }
}

/**
 * What suspending or activating makes of an entry.
 *
 * @throws FST_CERT_REGISTRY_NOT_FOUND, FST_CERT_REGISTRY_REVOKED
 */
export function planState(
  current: Registration | null,
  entry: EntryReference,
  state: 'active' | 'suspended',
): RegistrationDraft {
  if (current === null) throw new NotFoundError()
  if (current.state === 'revoked' && state === 'suspended') throw new RevokedError()
  return { ...current, certificate: current.certificate ?? entry.certificate ?? null, state }
}

/**
 * Checks that an entry may be removed.
 *
 * @throws FST_CERT_REGISTRY_NOT_FOUND, FST_CERT_REGISTRY_REFUSAL_KEPT
 */
export function checkRemoval(
  current: Registration | null,
  evenIfRefused: boolean,
): asserts current is Registration {
  if (current === null) throw new NotFoundError()
  if (current.state !== 'active' && !evenIfRefused) throw new RefusalKeptError(current.state)
}

/** What an import makes of an entry: never a looser state than the one that is there. */
export function planImport(
  current: Registration | null,
  entry: ImportedRegistration,
): RegistrationDraft {
  const labels = readLabels(entry)
  const state: RegistrationState =
    current === null ? entry.state : stricterState(current.state, entry.state)
  return {
    domain: entry.domain,
    thumbprint: entry.thumbprint,
    state,
    certificate: entry.certificate ?? current?.certificate ?? null,
    clientName: labels.clientName ?? current?.clientName ?? null,
    owner: labels.owner ?? current?.owner ?? null,
    notes: labels.notes ?? current?.notes ?? null,
  }
}

/** Tells whether writing the draft would change nothing. */
export function isUnchanged(current: Registration | null, draft: RegistrationDraft): boolean {
  return (
    current !== null &&
    current.state === draft.state &&
    // The thumbprint is the same, so a certificate that is there is the same one.
    (current.certificate === null) === (draft.certificate === null) &&
    current.clientName === draft.clientName &&
    current.owner === draft.owner &&
    current.notes === draft.notes
  )
}
