import { normalizeKey } from '../records/key.js'
import type { Registration, RegistrationKey } from '../records/registration.js'
import { isUnchanged, planImport } from '../records/transition.js'
import type { ImportedRegistration, ImportResult } from '../store.js'
import { insertAudit, type NewAuditEntry } from './audit-table.js'
import type { SqlSession } from './database.js'
import { selectRegistrations, upsertRegistrations } from './registration-table.js'
import { Slices } from './slices.js'
import { auditDraft, type ChangeAuthor, dateDraft } from './write-draft.js'

/** Writes a batch inside the caller's transaction. A key that comes twice is imported twice, one on the other. */
export async function writeImport(
  session: SqlSession,
  entries: readonly ImportedRegistration[],
  by: Omit<ChangeAuthor, 'action'>,
): Promise<ImportResult> {
  const author: ChangeAuthor = { ...by, action: 'import' }
  const slices = new Slices()
  const batch: ImportedRegistration[] = []
  for (const entry of entries) {
    await slices.pause()
    batch.push(normalizeKey(entry))
  }
  const known = await selectKnown(session, batch)
  const written = new Map<string, Registration>()
  const lines: NewAuditEntry[] = []
  const counts = { added: 0, changed: 0, unchanged: 0 }
  for (const entry of batch) {
    await slices.pause()
    const key = keyOf(entry)
    const current = written.get(key) ?? known.get(key) ?? null
    const draft = planImport(current, entry)
    if (isUnchanged(current, draft)) {
      counts.unchanged += 1
      continue
    }
    counts[current === null ? 'added' : 'changed'] += 1
    written.set(key, dateDraft(current, draft, author.at))
    lines.push(auditDraft(current, draft, author))
  }
  await upsertRegistrations(session, [...written.values()])
  await insertAudit(session, lines)
  return counts
}

async function selectKnown(
  session: SqlSession,
  batch: readonly ImportedRegistration[],
): Promise<ReadonlyMap<string, Registration>> {
  const known = new Map<string, Registration>()
  for (const domain of new Set(batch.map((entry) => entry.domain))) {
    const entries = batch.filter((entry) => entry.domain === domain)
    const thumbprints = [...new Set(entries.map(({ thumbprint }) => thumbprint))]
    for (const found of await selectRegistrations(session, domain, thumbprints)) {
      known.set(keyOf(found), found)
    }
  }
  return known
}

function keyOf({ domain, thumbprint }: RegistrationKey): string {
  return `${thumbprint} ${domain}`
}
