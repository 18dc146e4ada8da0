/**
 * For how long the admin listener holds the event loop of its process while it is asked about a large registry. Run it with
 * `node packages/edge/test/bench/admin-registry.ts [ENTRIES]`; PostgreSQL at TEST_POSTGRES_URL, or 127.0.0.1.
 *
 * It fills a throw-away SQLite file and a throw-away PostgreSQL schema, a million entries by default, asks each over HTTP from another
 * process, and removes both. It ends with 1 where the loop was held for longer than the design allows. To ask one that is there:
 * `... measure URL`.
 */
import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { openRegistry, openRegistryStore } from '@mtls-edge/cert-registry'
import { watchEventLoop } from '../../../cert-registry/test/bench/event-loop.ts'
import { batchesOf, makeFacts } from '../../../cert-registry/test/bench/long-entries.ts'
import { onBothStores } from '../../../cert-registry/test/bench/places.ts'
import { startAdminOver } from '../admin-over-store.ts'

/** Milliseconds of one thread's own work. */
const LIMIT = 20
const CLIENT = fileURLToPath(new URL('admin-client.ts', import.meta.url))
const ENTRIES = '/api/v1/registry/entries'
const SOON = new Date(Date.now() + 90 * 86_400_000).toISOString()

/** What is asked for, and how many times: a page after the other where there are pages. */
const QUESTIONS = {
  'search: nothing is found': { path: `${ENTRIES}?search=no%20such%20text&limit=50`, times: 20 },
  'search: every entry has it': { path: `${ENTRIES}?search=in%20the%20notes&limit=50`, times: 20 },
  'list: pages with PEM': { path: `${ENTRIES}?limit=1000&withPem=true`, times: 20 },
  'list: by expiry, a rare state': {
    path: `${ENTRIES}?limit=1000&state=pending&expiresBefore=${SOON}`,
    times: 5,
  },
  expiring: { path: '/api/v1/expiring?limit=500', times: 3 },
  audit: { path: '/api/v1/registry/audit?limit=1000', times: 20 },
  export: { path: '/api/v1/registry/export', times: 1 },
  'import of 10,000': { path: '/api/v1/registry/import', times: 1, imported: 10_000 },
} as const

const [first = '1000000', url = ''] = process.argv.slice(2)
if (first === 'measure') await measure(url)
else await onBothStores(async (place) => await compare(place, Number(first)))

async function compare(place: string, entries: number): Promise<void> {
  const store = await openRegistryStore(place)
  for (const batch of batchesOf({ from: 0, to: entries, size: 10_000, facts: makeFacts() })) {
    await store.importBatch(batch, 'bench')
  }
  await store.close()
  console.log(`${place.split(':')[0]}: ${entries} entries`)
  const program = [fileURLToPath(import.meta.url), 'measure', place]
  const { status } = spawnSync(process.execPath, program, { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

async function measure(place: string): Promise<void> {
  // With the view in memory, as in a process that serves.
  const registry = await openRegistry(place)
  const undo: (() => unknown)[] = []
  const { port } = await startAdminOver({ teardown: (fn) => undo.push(fn) }, registry.store)
  const client = fork(CLIENT, [String(port)])
  await once(client, 'message')
  for (const [name, question] of Object.entries(QUESTIONS)) {
    const start = performance.now()
    const loop = watchEventLoop()
    const found = await tell(client, question)
    const { cpu, wall } = loop.stop()
    const seconds = (performance.now() - start) / 1000
    console.log(
      `  ${name.padEnd(30)} ${seconds.toFixed(2).padStart(8)} s  held ${cpu.toFixed(1).padStart(6)} ms ` +
        `(by the clock ${wall.toFixed(1).padStart(6)})  ${cpu <= LIMIT ? 'ok' : 'TOO LONG'}  ${found}`,
    )
    if (cpu > LIMIT) process.exitCode = 1
  }
  client.disconnect()
  for (const fn of undo.reverse()) await fn()
  await registry.close()
}

async function tell(client: ChildProcess, question: object): Promise<string> {
  client.send(question)
  const [found]: string[] = await once(client, 'message')
  return String(found)
}
