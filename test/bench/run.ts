/**
 * The benchmark: `npm run bench`, or `npm run bench -- --full`. It prints each table as soon as it is there, and writes all of
 * them with plots into `results/`. README.md tells what is measured, how, and what each number rests on.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { measureCpu, measureResumed } from './figures/cpu.ts'
import type { Figure } from './figures/figure.ts'
import { measureLatency } from './figures/latency.ts'
import { measureIdleMemory } from './figures/memory.ts'
import { FULL, QUICK } from './figures/plan.ts'
import { measureBodies, measureGrowth } from './figures/scaling.ts'
import { measureStartUp } from './figures/start-up.ts'
import { measureWorkers } from './figures/workers.ts'
import { GATEWAYS } from './gateways/all.ts'
import { edge } from './gateways/edge.ts'
import { haproxy } from './gateways/haproxy.ts'
import { nginx } from './gateways/nginx.ts'
import { describeFigure } from './report/table.ts'
import { writeResults } from './report/write.ts'
import { withContenders } from './stage/contenders.ts'

const { values } = parseArgs({ options: { full: { type: 'boolean', default: false } } })
const plan = values.full ? FULL : QUICK
checkPrograms()
const startedAt = new Date()
const figures: Figure[] = []
const add = (...more: readonly Figure[]): void => {
  figures.push(...more)
  for (const figure of more) console.log(describeFigure(figure))
}

const p256 = { key: 'p256', tickets: false } as const
const resuming = { key: 'p256', tickets: true } as const
await withContenders(p256, GATEWAYS, async (stage, contenders) => {
  add(...(await measureCpu(stage, contenders, plan, 'P-256')))
  add(...(await measureLatency(stage, contenders, plan)))
  add(...(await measureIdleMemory(stage, contenders, plan)))
})
await withContenders(resuming, [edge, nginx, haproxy], async (stage, contenders) => {
  add(await measureResumed(stage, contenders, plan))
})
add(await measureWorkers(p256, plan))
add(...(await measureStartUp(p256, values.full ? GATEWAYS : [edge, nginx], plan.rounds)))
if (values.full) {
  const rsa = { key: 'rsa2048', tickets: false } as const
  await withContenders(rsa, GATEWAYS, async (stage, contenders) => {
    add(...(await measureCpu(stage, contenders, plan, 'RSA 2048')))
  })
  await withContenders(resuming, GATEWAYS, async (stage, contenders) => {
    add(...(await measureCpu(stage, contenders, plan, 'tickets on')))
  })
  add(...(await measureGrowth(p256, 'certificates', [1, 100, 10_000, 1_000_000], plan)))
  add(...(await measureGrowth(p256, 'domains', [1, 100, 1_000], plan)))
  add(...(await measureGrowth(p256, 'crl', [0, 10_000, 1_000_000], plan)))
  add(...(await measureBodies(p256, [1_024, 16_384, 131_072, 1_048_576], plan)))
}
console.log(`Written to ${writeResults(plan.name, startedAt, figures)}`)

function checkPrograms(): void {
  const wanted = { nginx: '-v', haproxy: '-v', caddy: 'version', ab: '-V', taskset: '-V' }
  const missing = Object.entries(wanted).filter(([name, arg]) => spawnSync(name, [arg]).error)
  if (missing.length === 0) return
  console.error(`Not installed: ${missing.map(([name]) => name).join(', ')}. On Debian:
apt-get install --no-install-recommends nginx haproxy caddy apache2-utils util-linux`)
  process.exit(1)
}
