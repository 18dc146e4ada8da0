import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

const { TEST_POSTGRES_URL = 'postgres://127.0.0.1:5432/test' } = process.env

/** Hands a throw-away SQLite file, then a throw-away PostgreSQL schema to a program, and removes both. */
export async function onBothStores(work: (url: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-registry-'))
  const schema = `bench_registry_${randomBytes(6).toString('hex')}`
  try {
    await work(`sqlite:${join(directory, 'registry.db')}`)
    await onPostgres(`create schema ${schema}`)
    await work(postgresUrl(schema))
  } finally {
    rmSync(directory, { recursive: true, force: true })
    await onPostgres(`drop schema if exists ${schema} cascade`)
  }
}

function postgresUrl(schema: string): string {
  const url = new URL(TEST_POSTGRES_URL)
  if (url.username === '') url.username = userInfo().username
  url.searchParams.set('options', `-c search_path=${schema}`)
  return url.href.replaceAll('+', '%20')
}

async function onPostgres(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgresUrl('public') })
  client.on('notice', () => undefined)
  await client.connect()
  await client.query(statement)
  await client.end()
}
