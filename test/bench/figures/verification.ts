import { fileURLToPath } from 'node:url'
import { issueCrl } from '@mtls-edge/testkit'
import { runAb } from '../drive/ab.ts'
import { fillRegistry } from '../gateways/grown-edge.ts'
import { findFreePort } from '../stage/free-port.ts'
import { CORES, type RunningProgram, startProgram } from '../stage/pinned-process.ts'
import { cpuTimeOfEach } from '../stage/process-tree.ts'
import { type Stage, type StageOptions, setStage } from '../stage/stage.ts'
import type { Asked, SeenTimes, ServicePorts, ServiceSettings } from '../verification/settings.ts'
import { type Figure, rowOf } from './figure.ts'
import type { Plan } from './plan.ts'

const PROGRAM = fileURLToPath(new URL('../verification/service.ts', import.meta.url))
/** So many that what they add together is more than what rounds differ by. */
const COPIES = 24
const CONCURRENCY = 16
const WARM_UP = { kept: 4_000, new: 600 }
/** In a round. */
const REQUESTS = { kept: 6_000, new: 600 }

const ASKED: readonly (readonly [Asked, string])[] = [
  ['path', 'path'],
  ['everything', 'path, CRLs, registry, resumption'],
]

/** What one verifier adds, by two ways of measuring, round by round, in microseconds. */
interface Added {
  readonly cpu: number[]
  readonly time: number[]
}

/**
 * What the verifier adds to a kept request, and to a new connection with a certificate that it knows: the CPU time of a service with
 * many copies of it, less that of the same service without, a copy; and the time that passes in its hooks and in what reads the
 * certificates, which leaves out what it makes for the collector.
 */
export async function measureVerification(
  options: StageOptions,
  plan: Plan,
): Promise<readonly Figure[]> {
  const results = { kept: new Map<string, Added>(), new: new Map<string, Added>() }
  for (const [asked, words] of ASKED) {
    const stage = await setStage(options)
    try {
      const { running, ports } = await startService(stage, asked)
      const kinds = [
        ['kept', true, REQUESTS.kept],
        ['new', false, REQUESTS.new],
      ] as const
      for (const port of [ports.none, ports.many, ports.timed]) {
        await load(stage, port, true, WARM_UP.kept)
        await load(stage, port, false, WARM_UP.new)
      }
      for (const [kind, isKept, requests] of kinds) {
        const added: Added = { cpu: [], time: [] }
        const cpuAt = (port: number) =>
          cpuTimeOfEach(running, requests, () => load(stage, port, isKept, requests))
        for (let round = 0; round < plan.rounds; round++) {
          const before = await cpuAt(ports.none)
          added.cpu.push(((await cpuAt(ports.many)) - before) / COPIES)
          await readTimes(ports)
          await load(stage, ports.timed, isKept, requests)
          added.time.push((await readTimes(ports))[kind] ?? Number.NaN)
        }
        results[kind].set(words, added)
      }
    } finally {
      await stage.close()
    }
  }
  const rows = (of: ReadonlyMap<string, Added>) =>
    [...of].flatMap(([words, { cpu, time }]) => [
      rowOf(`${words}: CPU time`, cpu),
      rowOf(`${words}: time in it`, time),
    ])
  return [
    {
      id: 'verification-kept',
      title: 'What verification adds to a kept request',
      unit: 'us',
      areCompared: false,
      rows: rows(results.kept),
    },
    {
      id: 'verification-new',
      title: 'What verification adds to a new connection of a known certificate',
      unit: 'us',
      areCompared: false,
      rows: rows(results.new),
    },
  ]
}

function load(stage: Stage, port: number, isKept: boolean, requests: number): Promise<unknown> {
  return runAb(stage, port, { requests, concurrency: CONCURRENCY, isKept })
}

async function readTimes({ times }: ServicePorts): Promise<SeenTimes> {
  const answer = await fetch(`http://127.0.0.1:${times}/`)
  return JSON.parse(await answer.text())
}

async function startService(
  stage: Stage,
  asked: Asked,
): Promise<{ readonly running: RunningProgram; readonly ports: ServicePorts }> {
  const { root, intermediate } = stage.clients
  const registry = `sqlite:${stage.path('registry.db')}`
  await fillRegistry(registry, stage, 1)
  const ports = {
    none: await findFreePort(),
    many: await findFreePort(),
    timed: await findFreePort(),
    times: await findFreePort(),
  }
  const settings: ServiceSettings = {
    files: stage.files,
    asked,
    crlFiles: [root, intermediate].map((issuer, index) =>
      stage.write(`${index}.crl`, issueCrl({ issuer }).der),
    ),
    registry,
    copies: COPIES,
    ports,
  }
  const running = await startProgram({
    command: process.execPath,
    args: [PROGRAM],
    // It listens there last.
    port: ports.times,
    logFile: stage.path('verification.log'),
    cores: String(CORES.gateway),
    environment: { BENCH_SERVICE: JSON.stringify(settings), NODE_ENV: 'production' },
  })
  stage.onClose(() => running.stop())
  return { running, ports }
}
