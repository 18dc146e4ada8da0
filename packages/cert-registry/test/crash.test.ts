import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { RegistryStore } from '@mtls-edge/cert-registry'
import t, { type Test } from 'tap'
import { onEachStore, type Place } from './stores.ts'

const importer = fileURLToPath(new URL('import-many.ts', import.meta.url))
const ENTRIES = 100_000
const BATCH = 1000
const DOMAIN = 'crash.example.com'

await onEachStore(t, async (t, place) => {
  const { store } = await place.open()
  let before = 0
  // Different moments: within the first batch, and after some were reported.
  for (const reports of [0, 3]) {
    await t.test(`loses no half of a batch to kill -9 after ${reports} batches`, async (t) => {
      const reported = await killAfter(place, reports)
      const entries = await countAll(store)
      t.equal(entries % BATCH, 0, `${entries} entries: whole batches alone`)
      t.ok(entries >= Math.max(before, reported * BATCH), 'what was reported as done is there')
      t.ok(entries < ENTRIES, 'it was killed on the way')
      before = entries
      await agrees(t, store)
    })
  }

  await t.test('goes on from there when the import is run again', async (t) => {
    const entry = { domain: DOMAIN, thumbprint: 'f'.repeat(64), certificate: null }
    const result = await store.importBatch([{ ...entry, state: 'active' }], 'after')
    t.strictSame(result, { added: 1, changed: 0, unchanged: 0 }, 'no lock was left behind')
    await agrees(t, store)
  })
})

/** Starts an import of 100,000 entries and kills it as soon as it has reported so many batches, or on its way to the first. */
async function killAfter({ url }: Place, reports: number): Promise<number> {
  const child = spawn(process.execPath, [importer, url, DOMAIN, String(ENTRIES), String(BATCH)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let reported = 0
  child.stdout.setEncoding('utf8')
  for await (const text of child.stdout) {
    // The first line says that it begins; then there is one line a batch.
    reported += text.split('\n').length - 1
    if (reported > reports) break
  }
  child.kill('SIGKILL')
  const [, signal] = await once(child, 'exit')
  if (signal !== 'SIGKILL') throw new Error('it ended before it was killed')
  return reported - 1
}

/** Every entry has one line in the trail, which says the state that it is in, and there is no other line. */
async function agrees(t: Test, store: RegistryStore): Promise<void> {
  const states = new Map<string, string | null>()
  let lines = 0
  for (let after: string | null = '0'; after !== null; ) {
    const page = await store.audit({ domain: DOMAIN, after, limit: 1000 })
    for (const line of page.items) states.set(line.thumbprint, line.toState)
    lines += page.items.length
    after = page.next
  }
  let agreeing = 0
  for await (const entry of store.export({ domain: DOMAIN })) {
    if (states.get(entry.thumbprint) === entry.state) agreeing += 1
  }
  t.equal(agreeing, lines, 'the trail agrees with the entries')
  t.equal(await countAll(store), lines, 'and has no line more or less')
}

async function countAll(store: RegistryStore): Promise<number> {
  return await store.count({ domain: DOMAIN })
}
