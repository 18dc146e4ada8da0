import { openRegistry } from '@mtls-edge/cert-registry'
import pg from 'pg'
import t from 'tap'
import { codeOf, DOMAIN, thumbprint } from './changes.ts'
import { startCuttableProxy } from './cuttable-proxy.ts'
import { onEachStore, type Place } from './stores.ts'

const ACTOR = 'ana@desk'
const entry = { domain: DOMAIN, thumbprint: thumbprint('half-way') }

t.test('a PostgreSQL server that goes away in the middle of a change', async (t) => {
  await onEachStore(t, async (t, place) => {
    if (place.kind === 'sqlite') return
    const target = new URL(place.url)
    const proxy = await startCuttableProxy(t, target)
    target.port = String(proxy.port)
    const registry = await openRegistry(target.href)
    t.teardown(async () => await registry.close())

    // Another writer keeps the change waiting, so that the connection is lost while it is made.
    const free = await holdTable(place)
    const change = codeOf(registry.store.deny(entry, ACTOR))
    await waitForLock(place)
    await proxy.cut()
    t.equal(await change, 'FST_CERT_REGISTRY_UNAVAILABLE', 'is told to who wanted the change')
    await free()
    await proxy.mend()

    // And the process that it happened to goes on.
    while ((await codeOf(registry.store.deny(entry, ACTOR))) !== null)
      await new Promise((resolve) => setTimeout(resolve, 50))
    t.equal(registry.view.stateOf(DOMAIN, entry.thumbprint), 'revoked')
    t.equal((await registry.store.audit(entry)).items.length, 1, 'the change was made once')
  })
})

/** Keeps all others from the entries; returns what ends this. */
async function holdTable({ url }: Place): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('begin; lock table mtls_edge_registration in access exclusive mode')
  return async () => {
    await client.end()
  }
}

async function waitForLock({ sql }: Place): Promise<void> {
  const waiting = `select 1 from pg_locks join pg_class on pg_class.oid = pg_locks.relation
    join pg_namespace on pg_namespace.oid = relnamespace
    where relname = 'mtls_edge_registration' and nspname = current_schema() and not granted`
  while ((await sql(waiting)).length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
}
