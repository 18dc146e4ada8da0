import type { AuditEntry, Registration } from '../records/registration.js'
import { isUnchanged, type RegistrationDraft } from '../records/transition.js'
import type { ChangeResult } from '../store.js'
import { insertAudit } from './audit-table.js'
import type { SqlSession } from './database.js'
import { upsertRegistrations } from './registration-table.js'

/** Who makes a change, when, and what they call it. */
export type ChangeAuthor = Pick<AuditEntry, 'at' | 'actor' | 'action'>

/** Writes an entry and its line in the trail, unless nothing changes. */
export async function writeDraft(
  session: SqlSession,
  current: Registration | null,
  draft: RegistrationDraft,
  author: ChangeAuthor,
): Promise<ChangeResult> {
  const states = { fromState: current?.state ?? null, toState: draft.state }
  if (isUnchanged(current, draft)) return { outcome: 'unchanged', ...states }
  await upsertRegistrations(session, [dateDraft(current, draft, author.at)])
  await insertAudit(session, [auditDraft(current, draft, author)])
  return { outcome: current === null ? 'added' : 'changed', ...states }
}

/** An entry with its times. */
export function dateDraft(
  current: Registration | null,
  draft: RegistrationDraft,
  at: Date,
): Registration {
  return { ...draft, createdAt: current?.createdAt ?? at, changedAt: at }
}

/** The line in the trail. What leaves an entry's state as it was is an update, whatever it was called. */
export function auditDraft(
  current: Registration | null,
  draft: RegistrationDraft,
  author: ChangeAuthor,
): Omit<AuditEntry, 'sequence'> {
  const action =
    current?.state === draft.state && author.action === 'add' ? 'update' : author.action
  const { domain, thumbprint, state } = draft
  return {
    ...author,
    action,
    domain,
    thumbprint,
    fromState: current?.state ?? null,
    toState: state,
  }
}
