import {
  type AuditEntry,
  type CertificateFacts,
  type ChangeResult,
  isRegistrationState,
  type Registration,
  type RegistrationState,
  type RegistryAction,
  readRegistrationLine,
} from '@mtls-edge/cert-registry'
import { type Fields, isFields, malformed } from './answer.js'

/** Reads an entry, with its certificate's PEM. */
export function readEntry(value: unknown): Registration {
  const fields = readFields(value, 'entry')
  const { subject } = fields
  return {
    domain: text(fields, 'domain'),
    thumbprint: text(fields, 'thumbprint'),
    state: readState(fields.state),
    certificate: subject === null ? null : readCertificate(fields),
    clientName: nullableText(fields, 'clientName'),
    owner: nullableText(fields, 'owner'),
    notes: nullableText(fields, 'notes'),
    createdAt: date(fields, 'createdAt'),
    changedAt: date(fields, 'changedAt'),
  }
}

/** Reads a line of an export. */
export function readExportedLine(line: string): Registration {
  const { clientName = null, owner = null, notes = null, ...entry } = readRegistrationLine(line)
  const fields = readFields(JSON.parse(line), 'entry')
  const times = { createdAt: date(fields, 'createdAt'), changedAt: date(fields, 'changedAt') }
  return { ...entry, clientName, owner, notes, ...times }
}

/** Reads a line of the audit trail. */
export function readTrailLine(value: unknown): AuditEntry {
  const fields = readFields(value, 'line of the trail')
  const { sequence, action } = fields
  if (typeof sequence !== 'number') throw malformed('sequence')
  return {
    sequence,
    at: date(fields, 'at'),
    actor: text(fields, 'actor'),
    action: ACTIONS.find((known) => known === action) ?? 'update',
    domain: text(fields, 'domain'),
    thumbprint: text(fields, 'thumbprint'),
    fromState: nullableState(fields.fromState),
    toState: nullableState(fields.toState),
  }
}

const ACTIONS = ['add', 'deny', 'suspend', 'activate', 'remove', 'update', 'import'] as const
ACTIONS satisfies readonly RegistryAction[]

const OUTCOMES = ['added', 'changed', 'unchanged', 'removed'] as const

/** Reads what became of an entry. */
export function readChange(fields: Fields): ChangeResult {
  const outcome = OUTCOMES.find((known) => known === fields.outcome)
  if (outcome === undefined) throw malformed('outcome')
  const { fromState, toState } = fields
  return { outcome, fromState: nullableState(fromState), toState: nullableState(toState) }
}

function readCertificate(fields: Fields): CertificateFacts {
  return {
    thumbprint: text(fields, 'thumbprint'),
    pem: text(fields, 'pem'),
    subject: text(fields, 'subject'),
    issuer: text(fields, 'issuer'),
    serialNumber: text(fields, 'serialNumber'),
    notBefore: date(fields, 'notBefore'),
    notAfter: date(fields, 'notAfter'),
  }
}

function readFields(value: unknown, what: string): Fields {
  if (isFields(value)) return value
  throw malformed(what)
}

function text(fields: Fields, name: string): string {
  const value = fields[name]
  if (typeof value === 'string') return value
  throw malformed(name)
}

function nullableText(fields: Fields, name: string): string | null {
  return fields[name] === null ? null : text(fields, name)
}

function date(fields: Fields, name: string): Date {
  const read = new Date(text(fields, name))
  if (Number.isNaN(read.getTime())) throw malformed(name)
  return read
}

function readState(value: unknown): RegistrationState {
  if (isRegistrationState(value)) return value
  throw malformed('state')
}

const nullableState = (value: unknown): RegistrationState | null =>
  value === null ? null : readState(value)
