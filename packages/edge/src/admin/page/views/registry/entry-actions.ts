import { ApiError, request } from '../../api/client.js'
import type { Entry, State } from '../../api/types.js'
import { confirm, type Question } from '../../dom/dialog.js'

/** Something that can be done with a registered certificate. */
export interface EntryAction {
  readonly name: 'activate' | 'suspend' | 'deny' | 'remove'
  readonly label: string
  readonly isDangerous: boolean
  /** Said when it is done. */
  readonly done: string
  /** Asked before, where clients feel it. */
  readonly question: Question | null
}

const ACTIVATE: EntryAction = {
  name: 'activate',
  label: 'Activate',
  isDangerous: false,
  done: 'activated',
  question: null,
}

const REACTIVATE: EntryAction = {
  ...ACTIVATE,
  question: {
    title: 'Activate a revoked certificate?',
    text: 'It was revoked. Whoever holds its key is let in again within a second.',
    action: 'Activate',
  },
}

const SUSPEND: EntryAction = {
  name: 'suspend',
  label: 'Suspend',
  isDangerous: true,
  done: 'suspended',
  question: {
    title: 'Suspend this certificate?',
    text: 'Its client is refused within a second, on open connections too, until it is activated again.',
    action: 'Suspend',
  },
}

const REVOKE: EntryAction = {
  name: 'deny',
  label: 'Revoke',
  isDangerous: true,
  done: 'revoked',
  question: {
    title: 'Revoke this certificate?',
    text: 'Its client is refused within a second, on open connections too. The client needs a new certificate.',
    action: 'Revoke',
  },
}

const REMOVE: EntryAction = {
  name: 'remove',
  label: 'Remove',
  isDangerous: true,
  done: 'removed',
  question: {
    title: 'Remove this certificate from the registry?',
    text: 'It counts as never registered from then on; its history stays. To refuse a client for good, revoke it instead.',
    action: 'Remove',
  },
}

const ACTIONS: Readonly<Record<State, readonly EntryAction[]>> = {
  active: [SUSPEND, REVOKE, REMOVE],
  pending: [ACTIVATE, REVOKE, REMOVE],
  suspended: [ACTIVATE, REVOKE, REMOVE],
  revoked: [REACTIVATE, REMOVE],
}

export const actionsOf = (state: State): readonly EntryAction[] => ACTIONS[state]

/**
 * Does it, after asking where that is due.
 *
 * @returns whether it was done
 * @throws {ApiError} what the API refused
 */
export async function perform(
  { name, question }: EntryAction,
  { domain, thumbprint }: Entry,
  signal: AbortSignal,
): Promise<boolean> {
  if (question !== null && !(await confirm(question, signal))) return false
  const path = `/api/v1/registry/entries/${thumbprint}`
  if (name !== 'remove') {
    await request('POST', `${path}/${name}`, { body: { domain } })
    return true
  }
  try {
    await request('DELETE', path, { query: { domain } })
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'refusal_kept') throw error
    const isSure = await confirm(keptQuestion(error), signal)
    if (!isSure) return false
    await request('DELETE', path, { query: { domain, evenIfRefused: 'true' } })
  }
  return true
}

/** A refusal goes with the entry: without it a certificate of a trusted CA may be let in again. */
const keptQuestion = ({ message, state }: ApiError): Question => ({
  title: `Remove although it is ${state ?? 'refused'}?`,
  text: message,
  action: 'Remove all the same',
})
