import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import dnsPacket, { type Answer, type DecodedPacket } from 'dns-packet'
import type { Test } from 'tap'
import type { SelftestReport } from '../dist/selftest/index.js'
import { type Ended, runHere } from './command-process.ts'
import { servers } from './edge-stage.ts'

/** A resolver that a test scripts. */
export interface Resolver {
  /** As `--resolver` takes it. */
  readonly address: string
  /** Every question so far, as `name TYPE`. */
  readonly questions: readonly string[]
}

/** What it says to a question. */
export interface Saying {
  readonly answers?: readonly Answer[]
  /** Bits beside the usual ones, such as AD. */
  readonly flags?: number
}

/** Starts a DNS server over UDP; `say` answering null means that it stays silent. */
export async function startResolver(
  t: Test,
  say: (name: string, type: string, query: DecodedPacket) => Saying | null,
): Promise<Resolver> {
  const socket = createSocket('udp4')
  const questions: string[] = []
  socket.on('message', (message, from) => {
    const query = dnsPacket.decode(message)
    const { name = '', type = 'A' } = query.questions?.[0] ?? {}
    questions.push(`${name} ${type}`)
    const saying = say(name, type, query)
    if (saying === null) return
    const answer = dnsPacket.encode({
      type: 'response',
      ...(query.id === undefined ? {} : { id: query.id }),
      flags: dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE | (saying.flags ?? 0),
      questions: query.questions,
      answers: [...(saying.answers ?? [])],
    })
    socket.send(answer, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.teardown(() => socket.close())
  return { address: `127.0.0.1:${socket.address().port}`, questions }
}

/** A resolver for tests that are about something else: no records, nothing signed. */
export const startEmptyResolver = (t: Test): Promise<Resolver> => startResolver(t, () => ({}))

export interface SelftestRun {
  readonly file: string
  readonly port: number
  readonly resolver: Resolver
  readonly more?: readonly string[]
}

/** Runs `mtls-edge selftest` in this process, with the root of the test's servers known. */
export async function runSelftest(t: Test, run: SelftestRun): Promise<Ended> {
  const ca = t.testdir({ 'servers-root.pem': servers.root.pem })
  return runHere([
    ...['selftest', '--config', run.file, '--address', `127.0.0.1:${run.port}`],
    ...['--ca', `${ca}/servers-root.pem`, '--resolver', run.resolver.address],
    ...(run.more ?? []),
  ])
}

/** The same, read by a program. */
export async function readSelftest(
  t: Test,
  run: SelftestRun,
): Promise<{ readonly code: number; readonly report: SelftestReport }> {
  const { code, stdout } = await runSelftest(t, { ...run, more: ['--json'] })
  return { code, report: JSON.parse(stdout) }
}

/** The checks with this outcome, as `id` or `id@host`. */
export function listOutcome(report: SelftestReport, outcome: string): readonly string[] {
  return report.results
    .filter((result) => result.outcome === outcome)
    .map(({ id, host }) => (host === null ? id : `${id}@${host}`))
}
