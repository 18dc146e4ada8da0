import { UnusableStoreError } from '../errors.js'
import type { CertificateFacts, Registration } from '../records/registration.js'
import { isRegistrationState, type RegistrationState } from '../records/state.js'
import { thumbprintBytes } from '../records/thumbprint.js'
import type { SqlRow, SqlSession, SqlValue } from './database.js'
import { readInteger, readNullableText, readText, readThumbprint } from './row.js'

const COLUMNS = [
  'domain',
  'thumbprint',
  'state',
  'pem',
  'subject',
  'issuer',
  'serial_number',
  'not_before',
  'not_after',
  'client_name',
  'owner',
  'notes',
  'created_at',
  'changed_at',
] as const

/** All columns, for a `select`. */
export const REGISTRATION_COLUMNS = COLUMNS.join(', ')
const VALUES = `(${COLUMNS.map(() => '?').join(', ')})`
const KEPT = new Set(['domain', 'thumbprint', 'created_at'])
const UPDATES = COLUMNS.filter((column) => !KEPT.has(column))
  .map((column) => `${column} = excluded.${column}`)
  .join(', ')

// Rows in one statement: few enough for the parameters that both databases allow and for a short hold of the event loop.
const CHUNK = 100

/** Reads one entry; `null` when there is none. */
export async function selectRegistration(
  session: SqlSession,
  domain: string,
  thumbprint: string,
): Promise<Registration | null> {
  const [found] = await selectRegistrations(session, domain, [thumbprint])
  return found ?? null
}

/** Reads the entries of one domain that have these thumbprints, in no order. */
export async function selectRegistrations(
  session: SqlSession,
  domain: string,
  thumbprints: readonly string[],
): Promise<readonly Registration[]> {
  const found: Registration[] = []
  for (const chunk of chunks(thumbprints)) {
    const marks = chunk.map(() => '?').join(', ')
    const rows = await session.query(
      `select ${REGISTRATION_COLUMNS} from mtls_edge_registration
       where domain = ? and thumbprint in (${marks})`,
      [domain, ...chunk.map(thumbprintBytes)],
    )
    found.push(...rows.map(readRegistration))
  }
  return found
}

/** Writes entries, new ones and ones that are there. No two may have the same key. */
export async function upsertRegistrations(
  session: SqlSession,
  registrations: readonly Registration[],
): Promise<void> {
  for (const chunk of chunks(registrations)) {
    await session.query(
      `insert into mtls_edge_registration (${REGISTRATION_COLUMNS})
       values ${chunk.map(() => VALUES).join(', ')}
       on conflict (domain, thumbprint) do update set ${UPDATES}`,
      chunk.flatMap(valuesOf),
    )
  }
}

/** Takes one entry away. */
export async function deleteRegistration(
  session: SqlSession,
  domain: string,
  thumbprint: string,
): Promise<void> {
  await session.query('delete from mtls_edge_registration where domain = ? and thumbprint = ?', [
    domain,
    thumbprintBytes(thumbprint),
  ])
}

/** Turns a row with all columns into an entry. */
export function readRegistration(row: SqlRow): Registration {
  const thumbprint = readThumbprint(row)
  return {
    domain: readText(row, 'domain'),
    thumbprint,
    state: readState(row, 'state'),
    certificate: readCertificate(row, thumbprint),
    clientName: readNullableText(row, 'client_name'),
    owner: readNullableText(row, 'owner'),
    notes: readNullableText(row, 'notes'),
    createdAt: new Date(readInteger(row, 'created_at')),
    changedAt: new Date(readInteger(row, 'changed_at')),
  }
}

/** Reads a column that holds a state. A state of a program to come is no state to guess at. */
export function readState(row: SqlRow, column: string): RegistrationState {
  const value = row[column]
  if (isRegistrationState(value)) return value
  throw new UnusableStoreError('it has an entry in a state that this program does not know')
}

function readCertificate(row: SqlRow, thumbprint: string): CertificateFacts | null {
  const pem = readNullableText(row, 'pem')
  if (pem === null) return null
  return {
    thumbprint,
    pem,
    subject: readText(row, 'subject'),
    issuer: readText(row, 'issuer'),
    serialNumber: readText(row, 'serial_number'),
    notBefore: new Date(readInteger(row, 'not_before')),
    notAfter: new Date(readInteger(row, 'not_after')),
  }
}

function valuesOf(registration: Registration): readonly SqlValue[] {
  const { certificate } = registration
  return [
    registration.domain,
    thumbprintBytes(registration.thumbprint),
    registration.state,
    certificate?.pem ?? null,
    certificate?.subject ?? null,
    certificate?.issuer ?? null,
    certificate?.serialNumber ?? null,
    certificate?.notBefore.getTime() ?? null,
    certificate?.notAfter.getTime() ?? null,
    registration.clientName,
    registration.owner,
    registration.notes,
    registration.createdAt.getTime(),
    registration.changedAt.getTime(),
  ]
}

/** Cuts a list into parts that fit one statement. */
export function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += CHUNK) yield items.slice(start, start + CHUNK)
}
