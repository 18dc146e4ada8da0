/**
 * What a registry of a million certificates costs a process: start, memory, look-up, and how long the event loop is
 * held. Run it with `node packages/cert-registry/test/bench/registry.ts [ENTRIES]`; PostgreSQL at TEST_POSTGRES_URL, or 127.0.0.1.
 *
 * It fills a throw-away SQLite file and a throw-away PostgreSQL schema, measures each in a process of its own, and
 * removes both. The limits are those of the design; it ends with 1 when one is exceeded.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import {
  type ImportedRegistration,
  openRegistry,
  openRegistryStore,
  readCertificates,
} from '@mtls-edge/cert-registry'
import { issueCertificate } from '@mtls-edge/testkit'
import { watchEventLoop } from './event-loop.ts'
import { onBothStores } from './places.ts'

const DOMAIN = 'auth.example.com'
const BATCH = 10_000
const LOOK_UPS = 1_000_000
const LIMITS = { startSeconds: 15, memoryMiB: 400, lookUpMicroseconds: 5, heldMilliseconds: 20 }

const [first = '1000000', second = ''] = process.argv.slice(2)
if (first === 'measure') await measure(second)
else await onBothStores(async (url) => await fill(url, Number(first)))

async function fill(url: string, entries: number): Promise<void> {
  const [facts] = readCertificates(issueCertificate({ subject: { CN: 'client' } }).pem)
  if (facts === undefined) throw new Error('no certificate')
  const start = performance.now()
  const store = await openRegistryStore(url)
  for (let from = 0; from < entries; from += BATCH) {
    const batch: ImportedRegistration[] = []
    for (let at = from; at < Math.min(from + BATCH, entries); at += 1) {
      const thumbprint = thumbprintOf(at)
      // The size of a real certificate is what matters here, not that each has one of its own.
      const certificate = { ...facts, thumbprint, subject: `CN=client ${at}` }
      batch.push({ domain: DOMAIN, thumbprint, state: 'active', certificate })
    }
    await store.importBatch(batch, 'bench')
  }
  await store.close()
  const seconds = (performance.now() - start) / 1000
  console.log(`${url.split(':')[0]}: ${entries} entries written in ${seconds.toFixed(1)} s`)
  const { status } = spawnSync(
    process.execPath,
    ['--expose-gc', fileURLToPath(import.meta.url), 'measure', url],
    { stdio: 'inherit' },
  )
  if (status !== 0) process.exitCode = 1
}

async function measure(url: string): Promise<void> {
  const start = performance.now()
  const registry = await openRegistry(url)
  const startSeconds = (performance.now() - start) / 1000
  const { entries } = registry.status()
  const peakMiB = process.resourceUsage().maxRSS / 1024
  // Watching keeps a processor busy, so it has a start of its own.
  const held = watchEventLoop()
  const watched = await openRegistry(url)
  const { cpu, wall } = held.stop()
  await watched.close()
  const found = {
    startSeconds,
    memoryMiB: peakMiB,
    lookUpMicroseconds: measureLookUp(registry.view.stateOf, entries),
    heldMilliseconds: cpu,
  }
  await registry.close()
  for (const [name, value] of Object.entries(found)) {
    const limit = Object.entries(LIMITS).find(([key]) => key === name)?.[1] ?? 0
    const verdict = value <= limit ? 'ok' : 'TOO MUCH'
    console.log(`  ${name.padEnd(20)} ${value.toFixed(2).padStart(9)}  of ${limit}  ${verdict}`)
    if (value > limit) process.exitCode = 1
  }
  console.log(
    `  ${entries} entries; held ${wall.toFixed(1)} ms by the clock, other processes included`,
  )
}

function measureLookUp(stateOf: (domain: string, print: string) => string | null, entries: number) {
  // Half of them are there, half are not.
  const prints = Array.from({ length: 10_000 }, (_, at) =>
    thumbprintOf(at % 2 === 0 ? (at * 7919) % entries : entries + at),
  )
  let found = 0
  const start = performance.now()
  for (let at = 0; at < LOOK_UPS; at += 1) {
    if (stateOf(DOMAIN, prints[at % prints.length] ?? '') !== null) found += 1
  }
  const microseconds = ((performance.now() - start) * 1000) / LOOK_UPS
  if (found !== LOOK_UPS / 2) throw new Error(`${found} found`)
  return microseconds
}

function thumbprintOf(name: number): string {
  return createHash('sha256').update(String(name)).digest('hex')
}
