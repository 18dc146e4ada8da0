import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openRegistry, type Registry, type RegistryOptions } from '@mtls-edge/cert-registry'
import pg from 'pg'
import type { Test } from 'tap'

/** One empty place for a registry, of either kind; removed when its test ends. */
export interface Place {
  readonly kind: 'sqlite' | 'postgresql'
  readonly url: string
  /** Speaks to the database directly, past all rules of the registry. */
  readonly sql: (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Opens the registry and closes it when the test ends. */
  readonly open: (options?: RegistryOptions) => Promise<Registry>
}

const { TEST_POSTGRES_URL = 'postgres://127.0.0.1:5432/test', CI, PGUSER } = process.env

/** Runs a suite against both stores. PostgreSQL that cannot be reached is skipped, on CI it fails. */
export async function onEachStore(
  t: Test,
  suite: (t: Test, place: Place) => Promise<unknown>,
): Promise<void> {
  await t.test('SQLite', async (t) => await suite(t, sqlitePlace(t)))
  const reason = await whyUnreachable()
  if (reason !== null && CI !== 'true') {
    const skip = `PostgreSQL cannot be reached at ${new URL(TEST_POSTGRES_URL).host}: ${reason}`
    t.comment(skip)
    await t.test('PostgreSQL', { skip }, async () => undefined)
    return
  }
  await t.test('PostgreSQL', async (t) => await suite(t, await postgresPlace(t)))
}

/** A SQLite file in a directory of its own. */
export function sqlitePlace(t: Test): Place {
  const directory = mkdtempSync(join(tmpdir(), 'registry-'))
  const file = join(directory, 'registry.db')
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const sql = async (statement: string) => {
    const database = new DatabaseSync(file, { timeout: 5000 })
    try {
      return database.prepare(statement).all()
    } finally {
      database.close()
    }
  }
  return place(t, 'sqlite', `sqlite:${file}`, sql)
}

/** A schema of its own on a real PostgreSQL server. */
export async function postgresPlace(t: Test): Promise<Place> {
  const schema = `registry_test_${randomBytes(6).toString('hex')}`
  const sql = async (statement: string) => await runOnPostgres(statement, schema)
  await sql(`create schema ${schema}`)
  t.teardown(async () => await sql(`drop schema ${schema} cascade`))
  return place(t, 'postgresql', urlOf(schema), sql)
}

function place(t: Test, kind: Place['kind'], url: string, sql: Place['sql']): Place {
  return {
    kind,
    url,
    sql,
    open: async (options) => {
      const registry = await openRegistry(url, options)
      // `teardown` runs the last one first: the registry is closed before its place is removed.
      t.teardown(async () => await registry.close())
      return registry
    },
  }
}

function urlOf(schema: string): string {
  const url = new URL(TEST_POSTGRES_URL)
  if (url.username === '') url.username = PGUSER ?? userInfo().username
  url.searchParams.set('options', `-c search_path=${schema}`)
  return url.href.replaceAll('+', '%20')
}

async function runOnPostgres(statement: string, schema: string) {
  const client = new pg.Client({ connectionString: urlOf(schema), connectionTimeoutMillis: 3000 })
  client.on('notice', () => undefined)
  await client.connect()
  try {
    const result = await client.query(statement)
    return result.rows
  } finally {
    await client.end()
  }
}

async function whyUnreachable(): Promise<string | null> {
  try {
    await runOnPostgres('select 1', 'public')
    return null
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error)
  }
}
