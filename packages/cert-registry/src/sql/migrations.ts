import { REGISTRATION_STATES } from '../records/state.js'
import type { SqlDatabase } from './database.js'
import { CHANNEL } from './postgres-feed.js'

/** The statements that bring a store from one version to the next, in either database's words. */
export type Migration = (kind: SqlDatabase['kind']) => readonly string[]

const STATES = REGISTRATION_STATES.map((state) => `'${state}'`).join(', ')

// Byte order, whatever the database's locale: it is what pages are cut by, and the fastest there is.
const TYPES = {
  sqlite: { bytes: 'blob', integer: 'integer', name: 'text', table: 'strict' },
  postgresql: { bytes: 'bytea', integer: 'bigint', name: 'text collate "C"', table: '' },
} as const

const AUDIT_SEQUENCE = {
  sqlite: 'integer primary key autoincrement',
  postgresql: 'bigint generated always as identity primary key',
} as const

function createTables(kind: SqlDatabase['kind']): readonly string[] {
  const { bytes, integer, name, table } = TYPES[kind]
  return [
    `create table mtls_edge_registration (
      domain ${name} not null,
      thumbprint ${bytes} not null check (length(thumbprint) = 32),
      state ${name} not null check (state in (${STATES})),
      pem text, subject text, issuer text, serial_number text,
      not_before ${integer}, not_after ${integer},
      client_name text, owner text, notes text,
      created_at ${integer} not null, changed_at ${integer} not null,
      primary key (domain, thumbprint)
    ) ${table}`,
    // Has all that the view in memory is loaded from: SQLite then reads no certificate for it.
    'create index mtls_edge_registration_state on mtls_edge_registration (domain, state, thumbprint)',
    `create index mtls_edge_registration_expiry
      on mtls_edge_registration (domain, not_after, thumbprint, state)`,
    `create table mtls_edge_audit (
      sequence ${AUDIT_SEQUENCE[kind]},
      at ${integer} not null, actor text not null, action text not null,
      domain ${name} not null, thumbprint ${bytes} not null,
      from_state text, to_state text
    ) ${table}`,
    'create index mtls_edge_audit_entry on mtls_edge_audit (domain, thumbprint, sequence)',
  ]
}

function protectAudit(kind: SqlDatabase['kind']): readonly string[] {
  if (kind === 'sqlite') {
    const refuse = "begin select raise(abort, 'the audit trail only grows'); end"
    return [
      `create trigger mtls_edge_audit_update before update on mtls_edge_audit ${refuse}`,
      `create trigger mtls_edge_audit_delete before delete on mtls_edge_audit ${refuse}`,
      // `insert or replace` deletes without a delete trigger.
      `create trigger mtls_edge_audit_replace before insert on mtls_edge_audit
        when exists (select 1 from mtls_edge_audit where sequence = new.sequence) ${refuse}`,
    ]
  }
  return [
    `create function mtls_edge_audit_refuse() returns trigger language plpgsql as $$
      begin raise exception 'the audit trail only grows'; end $$`,
    `create trigger mtls_edge_audit_change before update or delete on mtls_edge_audit
      for each row execute function mtls_edge_audit_refuse()`,
    `create trigger mtls_edge_audit_truncate before truncate on mtls_edge_audit
      for each statement execute function mtls_edge_audit_refuse()`,
  ]
}

function announceChanges(kind: SqlDatabase['kind']): readonly string[] {
  if (kind === 'sqlite') return []
  return [
    `create function mtls_edge_audit_announce() returns trigger language plpgsql as $$
      begin perform pg_notify('${CHANNEL}', ''); return null; end $$`,
    `create trigger mtls_edge_audit_announce after insert on mtls_edge_audit
      for each statement execute function mtls_edge_audit_announce()`,
  ]
}

/** All migrations, first to last. A released one never changes, and none may lose a row. */
export const MIGRATIONS: readonly Migration[] = [
  (kind) => [...createTables(kind), ...protectAudit(kind), ...announceChanges(kind)],
]
