/**
 * The edge under 2,000 idle connections with certificates, 20 slow ones of every kind (hello, handshake, headers, body, unread
 * response), and 100 requests a second of well-behaved clients, for 10 minutes: none of the requests fails, memory is flat
 * after minute 2, and descriptors return to where they were.
 *
 * Run: node test/soak/idle-and-slow.ts [--minutes 10] [--idle 2000] [--slow 20] [--rate 100] [--workers 2]
 * Exit code 1 where one of it does not hold. Linux alone; `ulimit -n` must be some 500 more than the idle connections.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runIdleAndSlow, type Sample } from './idle-and-slow-load.ts'
import { readDescriptorLimit } from './process-usage.ts'

/** How much more memory than in minute 3 the last minute may have: V8 takes and gives back in steps. */
const FLAT = 1.1
const WARM_UP = 120
const MINUTE = 60
/** What this process and the edge need beside the idle connections. */
const OTHER_DESCRIPTORS = 500

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    idle: { type: 'string', default: '2000' },
    slow: { type: 'string', default: '20' },
    rate: { type: 'string', default: '100' },
    workers: { type: 'string', default: '2' },
  },
})
const seconds = Number(values.minutes) * MINUTE
const [idle, slowOfEachKind, perSecond] = [values.idle, values.slow, values.rate].map(Number)
if (idle === undefined || slowOfEachKind === undefined || perSecond === undefined) process.exit(2)
const most = await readDescriptorLimit()
if (most < idle + OTHER_DESCRIPTORS) {
  console.error(`ulimit -n is ${most}; ${idle + OTHER_DESCRIPTORS} or more are needed`)
  process.exit(2)
}

const directory = await mkdtemp(join(tmpdir(), 'mtls-edge-soak-'))
const result = await runIdleAndSlow({
  directory,
  workers: Number(values.workers),
  seconds,
  idle,
  slowOfEachKind,
  perSecond,
  // Long enough for the idle ones to stay, short enough for all kinds of slow ones to be cut off many times.
  limits: { idleTimeout: '60m', stallTimeout: '30s' },
  onSample: ({ second, served, memory, descriptors }) => {
    if (second % 10 === 0)
      console.log(
        `${second} s: ${served} served, ${Math.round(memory)} MiB, ${descriptors} descriptors`,
      )
  },
})
await rm(directory, { recursive: true })

const { sent, failures, slowest, idleAtEnd, cut, before, after, samples } = result
const early = medianMemory(samples.filter(({ second }) => isWithin(second, WARM_UP)))
const late = medianMemory(samples.filter(({ second }) => isWithin(second, seconds - MINUTE)))
const isLong = seconds >= WARM_UP + 2 * MINUTE

verdict(
  failures.length === 0,
  `${sent} requests, ${failures.length} failed, slowest ${Math.round(slowest)} ms`,
)
for (const failure of failures.slice(0, 10)) console.log(`  ${failure}`)
verdict(idleAtEnd === idle, `${idleAtEnd} of ${idle} idle connections were open at the end`)
for (const [kind, count] of Object.entries(cut))
  verdict(count > 0, `slow ones cut off (${kind}): ${count}`)
verdict(
  after.descriptors <= before.descriptors,
  `descriptors: ${before.descriptors} before, ${after.descriptors} after`,
)
if (isLong)
  verdict(
    late <= early * FLAT,
    `memory: ${Math.round(before.memory)} MiB before, ${Math.round(early)} in minute 3, ${Math.round(late)} in the last, ${Math.round(after.memory)} after`,
  )
else console.log('memory is judged from four minutes on')

function verdict(holds: boolean, text: string): void {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${text}`)
  if (!holds) process.exitCode = 1
}

/** In the minute that begins there. */
function isWithin(second: number, start: number): boolean {
  return second >= start && second < start + MINUTE
}

function medianMemory(within: readonly Sample[]): number {
  const sorted = within.map(({ memory }) => memory).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
