import { UnusableStoreError } from '../errors.js'
import type { SqlRow } from './database.js'

/** Reads a column that holds text. @throws FST_CERT_REGISTRY_UNUSABLE_STORE */
export function readText(row: SqlRow, column: string): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw unexpected(column)
}

/** Reads a column that holds text or nothing. @throws FST_CERT_REGISTRY_UNUSABLE_STORE */
export function readNullableText(row: SqlRow, column: string): string | null {
  return row[column] === null ? null : readText(row, column)
}

/** Reads a column that holds a whole number. @throws FST_CERT_REGISTRY_UNUSABLE_STORE */
export function readInteger(row: SqlRow, column: string): number {
  const value = row[column]
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw unexpected(column)
}

/** Reads a column that holds bytes. @throws FST_CERT_REGISTRY_UNUSABLE_STORE */
export function readBytes(row: SqlRow, column: string): Uint8Array {
  const value = row[column]
  if (value instanceof Uint8Array) return value
  throw unexpected(column)
}

/** Reads a column that holds a thumbprint: 64 hex digits. @throws FST_CERT_REGISTRY_UNUSABLE_STORE */
export function readThumbprint(row: SqlRow, column = 'thumbprint'): string {
  const bytes = readBytes(row, column)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

function unexpected(column: string): Error {
  return new UnusableStoreError(`the column ${column} holds something else than it should`)
}
