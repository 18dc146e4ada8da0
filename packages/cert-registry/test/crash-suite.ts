import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { RegistryStore } from '@mtls-edge/cert-registry'
import type { Test } from 'tap'
import type { Place } from './stores.ts'

const importer = fileURLToPath(new URL('import-many.ts', import.meta.url))
const BATCH = 1000
const DOMAIN = 'crash.example.com'
/** More than is ever imported before the kill, however long that is kept waiting by a busy machine. */
const ENDLESS = 100_000_000

/** One kill of an import. */
export interface Kill {
  /** After so many batches were reported. */
  readonly batches: number
  /** And so many milliseconds, so that it happens somewhere within the next one. */
  readonly delay: number
}

/** Kills an import by SIGKILL, again and again, and looks at what is there each time; then lets one of so many entries end. */
export async function killImports(
  t: Test,
  place: Place,
  entries: number,
  kills: readonly Kill[],
): Promise<void> {
  const { store } = await place.open()
  let before = 0
  for (const kill of kills) {
    const title = `loses no half of a batch to kill -9, ${kill.delay} ms after ${kill.batches} batches`
    await t.test(title, async (t) => {
      const reported = await killAfter(place, kill)
      const found = await countAll(store)
      t.equal(found % BATCH, 0, `${found} entries: whole batches alone`)
      t.ok(found >= before + reported * BATCH, 'what was reported as done is there')
      before = found
      await agrees(t, store)
    })
  }

  await t.test('completes when the import is run again, with nothing twice', async (t) => {
    const wanted = Math.max(entries, before + BATCH)
    const child = spawnImporter(place, wanted)
    child.stdout.resume()
    t.same(await once(child, 'exit'), [0, null], 'no lock was left behind')
    t.equal(await countAll(store), wanted)
    await agrees(t, store)
  })
}

/** Returns how many batches it said that it had added. */
async function killAfter(place: Place, kill: Kill): Promise<number> {
  const child = spawnImporter(place, ENDLESS)
  let lines = 0
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    lines += text.split('\n').length - 1
  })
  // The first line says that it begins; then there is one line for a batch that added anything.
  while (lines <= kill.batches) {
    if (child.exitCode !== null) throw new Error(`it ended by itself with ${child.exitCode}`)
    await pause(1)
  }
  await pause(kill.delay)
  child.kill('SIGKILL')
  await once(child, 'close')
  return lines - 1
}

function spawnImporter({ url }: Place, entries: number) {
  const program = [importer, url, DOMAIN, String(entries), String(BATCH)]
  return spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] })
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
