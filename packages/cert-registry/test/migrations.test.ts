import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { openRegistry, openRegistryStore } from '@mtls-edge/cert-registry'
import t from 'tap'
import { migrate } from '../dist/sql/migrate.js'
import { MIGRATIONS } from '../dist/sql/migrations.js'
import { openPostgres } from '../dist/sql/postgres.js'
import { openSqlite } from '../dist/sql/sqlite.js'
import { codeOf, DOMAIN, thumbprint } from './changes.ts'
import { onEachStore } from './stores.ts'

const run = promisify(execFile)
const importer = fileURLToPath(new URL('import-many.ts', import.meta.url))
const EDGES = 4
const BATCH = 50

await onEachStore(t, async (t, place) => {
  await t.test('makes one registry when several edges start on nothing at once', async (t) => {
    await Promise.all(
      Array.from({ length: EDGES }, async (_, edge) => {
        const domain = `edge-${edge}.example.com`
        await run(process.execPath, [importer, place.url, domain, String(BATCH), String(BATCH)])
      }),
    )
    const { store, view } = await place.open()
    t.equal(await store.count(), EDGES * BATCH, 'each wrote all that it had, into the same one')
    t.equal(view.isFresh, true)
    const ids = await place.sql("select value from mtls_edge_meta where name = 'store_id'")
    t.equal(ids.length, 1)
  })

  await t.test('loses no row when edges of a newer version start at once', async (t) => {
    const newer = [
      ...MIGRATIONS,
      () => ['alter table mtls_edge_registration add column colour text'],
      () => ["update mtls_edge_registration set colour = 'green'"],
    ]
    const file = place.url.slice('sqlite:'.length)
    const databases = await Promise.all(
      Array.from({ length: EDGES }, async () =>
        place.kind === 'sqlite' ? await openSqlite(file, false) : await openPostgres(place.url),
      ),
    )
    const made = await Promise.all(
      databases.map(async (database) => await migrate(database, newer)),
    )
    t.ok(made.every((isNew) => !isNew))
    const rows = await place.sql('select colour from mtls_edge_registration')
    t.equal(rows.filter(({ colour }) => colour === 'green').length, EDGES * BATCH)
    for (const database of databases) await database.close()
  })

  await t.test('refuses to work on what a newer version has made', async (t) => {
    t.equal(await codeOf(openRegistry(place.url)), 'FST_CERT_REGISTRY_UNUSABLE_STORE')
    await t.rejects(openRegistryStore(place.url, { readOnly: true }), /a newer mtls-edge/)
    await place.sql("update mtls_edge_meta set value = '1' where name = 'version'")
  })

  await t.test('leaves no half of a migration that fails', async (t) => {
    const file = place.url.slice('sqlite:'.length)
    const database =
      place.kind === 'sqlite' ? await openSqlite(file, false) : await openPostgres(place.url)
    const broken = [...MIGRATIONS, () => ['create table mtls_edge_half (a text)', 'no sql at all']]
    t.equal(await codeOf(migrate(database, broken)), 'FST_CERT_REGISTRY_UNAVAILABLE')
    await t.rejects(place.sql('select a from mtls_edge_half'), 'the first statement is undone')
    await database.close()
    t.equal(await (await openRegistryStore(place.url)).close(), undefined)
  })

  await t.test('reads and never writes where it is opened for reading alone', async (t) => {
    const registry = await place.open({ readOnly: true })
    const entry = { domain: DOMAIN, thumbprint: thumbprint('one') }
    t.equal(await codeOf(registry.store.deny(entry, 'ana')), 'FST_CERT_REGISTRY_READ_ONLY')
    t.equal(await registry.store.count(), EDGES * BATCH)
    t.equal(registry.status().entries, EDGES * BATCH)
  })
})

await onEachStore(t, async (t, place) => {
  await t.test('does not make a registry where it is opened for reading alone', async (t) => {
    const code = await codeOf(openRegistry(place.url, { readOnly: true }))
    const wanted = place.kind === 'sqlite' ? 'UNAVAILABLE' : 'UNUSABLE_STORE'
    t.equal(code, `FST_CERT_REGISTRY_${wanted}`)
    await t.rejects(place.sql('select name from mtls_edge_meta'))
  })
})
