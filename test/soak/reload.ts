/**
 * No request fails while the server certificate, CRL, anchors, API key, domain list and endpoints change in turn: 200 requests
 * a second for 30 s, against an edge of one process and of two.
 *
 * Run: node test/soak/reload.ts [SECONDS] [REQUESTS-PER-SECOND]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { changeUnderLoad } from './change-under-load.ts'

const [seconds = 30, perSecond = 200] = process.argv.slice(2).map(Number)

for (const workers of [1, 2]) {
  const directory = await mkdtemp(join(tmpdir(), 'mtls-edge-soak-'))
  const result = await changeUnderLoad({ directory, workers, perSecond, seconds })
  await rm(directory, { recursive: true })
  const { sent, failures, changes, refused, hasLastKey, slowest } = result
  const latest = Math.max(...changes.map(({ inForceAfter }) => inForceAfter))
  console.log(
    `${workers} worker(s): ${sent} requests, ${failures.length} failed, slowest ${Math.round(slowest)} ms; ` +
      `${changes.length} changes, each in force within ${Math.round(latest)} ms, ${refused} refused, last key ${hasLastKey ? 'in force' : 'NOT in force'}`,
  )
  for (const failure of failures.slice(0, 10)) console.log(`  ${failure}`)
  if (failures.length > 0 || refused > 0 || latest > 2000 || !hasLastKey) process.exitCode = 1
}
