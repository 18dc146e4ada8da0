/**
 * For how long the event loop is held by what works over all of a registry: search, lists, counts, export and import. Run it with
 * `node packages/cert-registry/test/bench/walks.ts [ENTRIES]`; PostgreSQL at TEST_POSTGRES_URL, or 127.0.0.1.
 *
 * It fills a throw-away SQLite file and a throw-away PostgreSQL schema with entries that have long notes, a million by default,
 * measures each in a process of its own, and removes both. It ends with 1 where the loop was held for longer than the design allows.
 */
import { spawnSync } from 'node:child_process'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openRegistry, openRegistryStore, type RegistryStore } from '@mtls-edge/cert-registry'
import { watchEventLoop } from './event-loop.ts'
import { batchesOf, DAY, DOMAIN, makeFacts } from './long-entries.ts'
import { onBothStores } from './places.ts'

/** Milliseconds of one thread's own work. */
const LIMIT = 20
const IMPORTED = 20_000

const [first = '1000000', url = ''] = process.argv.slice(2)
if (first === 'measure') await measure(url)
else await onBothStores(async (place) => await compare(place, Number(first)))

async function compare(place: string, entries: number): Promise<void> {
  const start = performance.now()
  const store = await openRegistryStore(place)
  for (const batch of batchesOf({ from: 0, to: entries, size: 10_000, facts: makeFacts() })) {
    await store.importBatch(batch, 'bench')
  }
  await store.close()
  const seconds = (performance.now() - start) / 1000
  console.log(`${place.split(':')[0]}: ${entries} entries written in ${seconds.toFixed(1)} s`)
  const program = [fileURLToPath(import.meta.url), 'measure', place]
  const { status } = spawnSync(process.execPath, program, { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

async function measure(place: string): Promise<void> {
  const registry = await openRegistry(place)
  const { store } = registry
  const { entries } = registry.status()
  for (const [name, walk] of Object.entries(walksOf(store, entries))) {
    // What was written before may still have to be brought to its place.
    const start = performance.now()
    const loop = watchEventLoop()
    const found = await walk()
    const { cpu, wall } = loop.stop()
    const seconds = (performance.now() - start) / 1000
    const verdict = cpu <= LIMIT ? 'ok' : 'TOO LONG'
    console.log(
      `  ${name.padEnd(34)} ${seconds.toFixed(2).padStart(8)} s  held ${cpu.toFixed(1).padStart(6)} ms ` +
        `(by the clock ${wall.toFixed(1).padStart(6)})  ${verdict}  ${found}`,
    )
    if (cpu > LIMIT) process.exitCode = 1
  }
  await registry.close()
}

type Walk = () => Promise<string>

function walksOf(store: RegistryStore, entries: number): Readonly<Record<string, Walk>> {
  const soon = { expiresAfter: new Date(), expiresBefore: new Date(Date.now() + 90 * DAY) }
  return {
    'search: nothing is found': async () => await search(store, 'no such text'),
    'search: every entry has it': async () => await search(store, 'in the notes of'),
    'search by expiry, a rare state': async () =>
      await search(store, 'client', { ...soon, state: 'pending' }),
    'list: 1,000 of a rare state': async () => await pages(store, { state: 'pending' }),
    'list: 1,000 that expire': async () => await pages(store, soon),
    'list: rare state that expires': async () => await pages(store, { ...soon, state: 'pending' }),
    'count of all': async () => String(await store.count()),
    'count of a rare state': async () => String(await store.count({ state: 'pending' })),
    'count by end': async () => `${(await store.countByEnd()).length} days`,
    export: async () => {
      let exported = 0
      for await (const _ of store.export()) exported += 1
      return `${exported} exported`
    },
    [`import of ${IMPORTED}`]: async () => await importMore(store, entries),
  }
}

/** Goes on until nothing is left, or twenty pages have been read. */
async function pages(
  store: RegistryStore,
  query: Omit<Parameters<RegistryStore['list']>[0], 'domain'>,
): Promise<string> {
  let found = 0
  let after: string | null = null
  for (let page = 0; page < 20; page += 1) {
    const more = after === null ? {} : { after }
    const read = await store.list({ limit: 1000, ...query, domain: DOMAIN, ...more })
    found += read.items.length
    after = read.next
    if (after === null) return `${found} found, to the end`
  }
  return `${found} found`
}

function search(store: RegistryStore, text: string, query: object = {}): Promise<string> {
  return pages(store, { limit: 50, ...query, search: text })
}

async function importMore(store: RegistryStore, entries: number): Promise<string> {
  const range = { from: entries, to: entries + IMPORTED, size: 1000, facts: makeFacts() }
  for (const batch of batchesOf(range)) {
    // To make a batch is the bench's own work, and no part of the turn in which it is written.
    await setImmediate()
    await store.importBatch(batch, 'bench')
  }
  return `${IMPORTED} imported`
}
