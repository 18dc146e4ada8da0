/**
 * The benchmark: `npm run bench`, `npm run bench -- --full`, or parts alone, `npm run bench -- --only certificates`. It prints each
 * part's tables as soon as they are there, and writes all of them with plots into `results/`. README.md tells what is measured, how, and what each number rests on.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { measureBodies } from './figures/bodies.ts'
import { measureCpu } from './figures/cpu.ts'
import type { Figure } from './figures/figure.ts'
import { measureGrowth } from './figures/growth.ts'
import { measureLatency } from './figures/latency.ts'
import { measureIdleMemory } from './figures/memory.ts'
import { FULL, type Plan, QUICK } from './figures/plan.ts'
import { measureResumed } from './figures/resumed.ts'
import { measureStartUp } from './figures/start-up.ts'
import { measureVerification } from './figures/verification.ts'
import { measureWorkers } from './figures/workers.ts'
import { EXAMPLES } from './gateways/all.ts'
import { edge } from './gateways/edge.ts'
import { haproxy } from './gateways/haproxy.ts'
import { nginx } from './gateways/nginx.ts'
import { tlsAlone } from './gateways/node-gateway.ts'
import { describeFigure } from './report/table.ts'
import { writeResults } from './report/write.ts'
import { withContenders } from './stage/contenders.ts'

const p256 = { key: 'p256', tickets: false } as const
const resuming = { key: 'p256', tickets: true } as const
const rsa = { key: 'rsa2048', tickets: false } as const

/** What can be measured, by the name that `--only` takes. */
const PARTS: Readonly<Record<string, (plan: Plan) => Promise<readonly Figure[]>>> = {
  cpu: (plan) =>
    withContenders(p256, plan.gateways, async (stage, contenders) => {
      const timed = contenders.filter(({ name }) => plan.latencyOf.some((of) => of.name === name))
      return [
        ...(await measureCpu(stage, contenders, plan, 'P-256')),
        ...(await measureLatency(stage, timed, plan)),
      ]
    }),
  idle: (plan) => measureIdleMemory(p256, [...plan.gateways, tlsAlone], plan),
  resumed: (plan) => measureResumed('p256', [edge, nginx, haproxy], plan),
  verification: (plan) => measureVerification(p256, plan),
  workers: (plan) => measureWorkers(p256, plan.workersOf, plan),
  start: (plan) => measureStartUp(p256, plan.startOf, plan.startRounds),
  rsa: (plan) =>
    withContenders(rsa, EXAMPLES, (stage, contenders) =>
      measureCpu(stage, contenders, plan, 'RSA 2048'),
    ),
  tickets: (plan) =>
    withContenders(resuming, EXAMPLES, (stage, contenders) =>
      measureCpu(stage, contenders, plan, 'tickets on'),
    ),
  certificates: (plan) => measureGrowth(p256, 'certificates', [1, 100, 10_000, 1_000_000], plan),
  domains: (plan) => measureGrowth(p256, 'domains', [1, 100, 1_000], plan),
  crl: (plan) => measureGrowth(p256, 'crl', [0, 10_000, 1_000_000], plan),
  bodies: (plan) => measureBodies(p256, [1_024, 16_384, 131_072, 1_048_576], plan),
}
const QUICK_PARTS = ['cpu', 'idle', 'resumed', 'verification', 'workers', 'start']

const values = readOptions()
const plan = values.full ? FULL : QUICK
const parts = values.only ?? (values.full ? Object.keys(PARTS) : QUICK_PARTS)
checkParts()
checkPrograms()
// Some parts alone are a run of their own, beside the last whole one.
const name = values.only === undefined ? plan.name : parts.join('-')
const startedAt = new Date()
const figures: Figure[] = []
const seconds: Record<string, number> = {}
for (const part of parts) {
  const start = performance.now()
  const measured = (await PARTS[part]?.(plan)) ?? []
  seconds[part] = Math.round((performance.now() - start) / 1000)
  console.log(`## ${part}, ${seconds[part]} s\n`)
  figures.push(...measured)
  for (const figure of measured) console.log(describeFigure(figure))
  // After each part: one that fails takes none of those before it along.
  console.log(`Written to ${writeResults(name, startedAt, seconds, figures)}\n`)
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        full: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
      },
    }).values
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    console.error('npm run bench -- [--full] [--only PART]...')
    process.exit(2)
  }
}

function checkParts(): void {
  const unknown = parts.filter((part) => PARTS[part] === undefined)
  if (unknown.length === 0) return
  console.error(`No such part: ${unknown.join(', ')}. There are ${Object.keys(PARTS).join(', ')}`)
  process.exit(2)
}

function checkPrograms(): void {
  const wanted = { nginx: '-v', haproxy: '-v', caddy: 'version', ab: '-V', taskset: '-V' }
  const missing = Object.entries(wanted).filter(([name, arg]) => spawnSync(name, [arg]).error)
  if (missing.length === 0) return
  console.error(`Not installed: ${missing.map(([name]) => name).join(', ')}. On Debian:
apt-get install --no-install-recommends nginx haproxy caddy apache2-utils util-linux`)
  process.exit(1)
}
