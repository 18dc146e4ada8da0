import { InvalidInputError } from '../errors.js'
import type { AuditEntry, RegistryAction } from '../records/registration.js'
import type { RegistrationState } from '../records/state.js'
import { thumbprintBytes } from '../records/thumbprint.js'
import type { AuditQuery, Page } from '../store.js'
import type { SqlRow, SqlSession, SqlValue } from './database.js'
import { readLimit } from './limit.js'
import { chunks, readState } from './registration-table.js'
import { readInteger, readText, readThumbprint } from './row.js'

/** A line to be written; the database numbers it. */
export type NewAuditEntry = Omit<AuditEntry, 'sequence'>

/** Writes lines at the end of the trail, in order. */
export async function insertAudit(
  session: SqlSession,
  entries: readonly NewAuditEntry[],
): Promise<void> {
  for (const chunk of chunks(entries)) {
    await session.query(
      `insert into mtls_edge_audit (at, actor, action, domain, thumbprint, from_state, to_state)
       values ${chunk.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
      chunk.flatMap((entry) => [
        entry.at.getTime(),
        entry.actor,
        entry.action,
        entry.domain,
        thumbprintBytes(entry.thumbprint),
        entry.fromState,
        entry.toState,
      ]),
    )
  }
}

/** Reads a part of the trail, oldest first. */
export async function selectAudit(
  session: SqlSession,
  query: AuditQuery,
): Promise<Page<AuditEntry>> {
  const limit = readLimit(query.limit)
  const conditions = ['sequence > ?']
  const parameters: SqlValue[] = [readSequence(query.after ?? '0')]
  if (query.domain !== undefined) {
    conditions.push('domain = ?')
    parameters.push(query.domain)
  }
  if (query.thumbprint !== undefined) {
    conditions.push('thumbprint = ?')
    parameters.push(thumbprintBytes(query.thumbprint))
  }
  const rows = await session.query(
    `select sequence, at, actor, action, domain, thumbprint, from_state, to_state
     from mtls_edge_audit where ${conditions.join(' and ')} order by sequence limit ?`,
    [...parameters, limit],
  )
  const items = rows.map(readAuditEntry)
  const last = items.at(-1)
  return { items, next: items.length < limit || last === undefined ? null : String(last.sequence) }
}

function readSequence(after: string): number {
  if (/^\d{1,15}$/.test(after)) return Number(after)
  throw new InvalidInputError('"after" is not the "next" of a page')
}

function readAuditEntry(row: SqlRow): AuditEntry {
  return {
    sequence: readInteger(row, 'sequence'),
    at: new Date(readInteger(row, 'at')),
    actor: readText(row, 'actor'),
    action: readAction(readText(row, 'action')),
    domain: readText(row, 'domain'),
    thumbprint: readThumbprint(row),
    fromState: readNullableState(row, 'from_state'),
    toState: readNullableState(row, 'to_state'),
  }
}

/** Reads a state, or `null` where there is no entry. */
export function readNullableState(row: SqlRow, column: string): RegistrationState | null {
  return row[column] === null ? null : readState(row, column)
}

const ACTIONS = [
  'add',
  'deny',
  'suspend',
  'activate',
  'remove',
  'update',
  'import',
] as const satisfies readonly RegistryAction[]

function readAction(text: string): RegistryAction {
  // Only words for people hang on the action; one of a program to come counts as a change.
  return ACTIONS.find((action) => action === text) ?? 'update'
}
