import { randomUUID } from 'node:crypto'
import { UnusableStoreError } from '../errors.js'
import type { SqlDatabase, SqlSession } from './database.js'
import { MIGRATIONS, type Migration } from './migrations.js'
import { readInteger, readText } from './row.js'

const META =
  'create table if not exists mtls_edge_meta (name text primary key, value text not null)'
const INSERT = 'insert into mtls_edge_meta (name, value) values (?, ?)'
const UPDATE = 'update mtls_edge_meta set value = ? where name = ?'

const FIND_META = {
  sqlite: "select count(*) as found from sqlite_schema where name = 'mtls_edge_meta'",
  // Not `to_regclass`: it answers from a cache, which inside a transaction may be older than what an edge that held the
  // lock before has made.
  postgresql: `select count(*) as found from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relname = 'mtls_edge_meta' and n.nspname = any (current_schemas(false))`,
} as const

/**
 * Brings the store to the newest version, in one transaction: of several edges that start at once the first
 * does it, the others wait and find it done.
 *
 * @returns whether there was no registry before
 * @throws FST_CERT_REGISTRY_UNUSABLE_STORE when a newer program has been here
 */
export async function migrate(
  database: SqlDatabase,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<boolean> {
  // The common case takes no lock: the store is as it should be.
  if ((await readVersion(database, database.kind)) === migrations.length) return false
  return await database.transaction(async (session) => {
    const version = await readVersion(session, database.kind)
    refuseNewer(version, migrations.length)
    if (version === migrations.length) return false
    await session.query(META)
    for (const migration of migrations.slice(version)) {
      for (const statement of migration(database.kind)) await session.query(statement)
    }
    if (version === 0) {
      await session.query(INSERT, ['version', String(migrations.length)])
      await session.query(INSERT, ['store_id', randomUUID()])
      return true
    }
    await session.query(UPDATE, [String(migrations.length), 'version'])
    return false
  })
}

/**
 * Checks, without writing, that the store is at the newest version.
 *
 * @throws FST_CERT_REGISTRY_UNUSABLE_STORE
 */
export async function requireMigrated(database: SqlDatabase): Promise<void> {
  const version = await readVersion(database, database.kind)
  refuseNewer(version, MIGRATIONS.length)
  if (version === MIGRATIONS.length) return
  throw new UnusableStoreError(
    version === 0
      ? 'there is no registry in it; start the edge once, or add a certificate, to make one'
      : `it is at version ${version} and must be brought to ${MIGRATIONS.length}; start the edge once`,
  )
}

/** The random name that a store was given when it was made: two stores never share one. */
export async function readStoreId(session: SqlSession): Promise<string> {
  const [row] = await session.query("select value from mtls_edge_meta where name = 'store_id'")
  if (row === undefined) throw new UnusableStoreError('it has no identity')
  return readText(row, 'value')
}

async function readVersion(session: SqlSession, kind: SqlDatabase['kind']): Promise<number> {
  const [found] = await session.query(FIND_META[kind])
  if (found === undefined || readInteger(found, 'found') === 0) return 0
  const [row] = await session.query("select value from mtls_edge_meta where name = 'version'")
  return row === undefined ? 0 : Number(readText(row, 'value'))
}

function refuseNewer(version: number, known: number): void {
  if (version <= known) return
  throw new UnusableStoreError(
    `it is at version ${version} and this program knows ${known}; a newer mtls-edge has been here, so run that`,
  )
}
