// The ticket of another worker.
//
// Workers share a port, so a client that comes back comes to any of them. Where they share ticket keys, each takes the
// others' tickets; and a session brings the client's certificate without its chain. A worker that then looked for a path in
// vain would refuse who is let in next door, and one that let pass what was verified "somewhere" would have no verdict of
// its own: not of a certificate that was revoked since. So every worker must come to the verdict of a full handshake, also
// of sessions of a worker that has died since, and also when it was started later itself.
import { once } from 'node:events'
import { TLS_VERSIONS } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import {
  type EdgeProcessStage,
  startProcessStage,
} from '../../packages/edge/test/edge-process-stage.ts'
import { clients } from '../../packages/edge/test/edge-stage.ts'
import { type SafeVisit, safely, visitEdge } from './session-stage.ts'

/** More connections than any system needs to give one to each of two workers. */
const TRIES = 60

async function start(t: Test) {
  const stage = await startProcessStage(t, { workers: 2, change: safely })
  const visit = async (tls: object, visitor: SafeVisit) => {
    const seen = await visitEdge(stage.port, tls, visitor)
    const { worker } = await stage.nextLine('request')
    return { ...seen, worker: Number(worker) }
  }
  return { stage, visit }
}

type Visitor = Awaited<ReturnType<typeof start>>['visit']

/** Comes back with a session until both workers have had it; gives back who had. */
async function visitBoth(t: Test, visit: Visitor, tls: object, session: Buffer) {
  const seen = new Set<number>()
  for (let count = 0; count < TRIES && seen.size < 2; count += 1) {
    const again = await visit(tls, { session })
    t.match(again, { isReused: true, status: 200 })
    seen.add(again.worker)
  }
  return [...seen].sort()
}

/** The process of a worker, as the log has it. */
async function readPids(stage: EdgeProcessStage): Promise<ReadonlyMap<number, number>> {
  const lines = [await stage.nextLine('worker_ready'), await stage.nextLine('worker_ready')]
  return new Map(lines.map(({ worker, pid }) => [Number(worker), Number(pid)]))
}

t.test("each worker takes the others' tickets, and judges for itself", async (t) => {
  const { stage, visit } = await start(t)
  const selfSigned = clients.selfSignedClient()
  const sessions: Buffer[] = []
  for (const [, tls] of TLS_VERSIONS) {
    for (const certificate of [clients.client(), selfSigned]) {
      const first = await visit(tls, { certificate })
      t.match(first, { isReused: false, status: 200 })
      t.same(await visitBoth(t, visit, tls, first.session), [1, 2])
      sessions.push(first.session)
    }
  }

  await stage.configure(({ domains, ...rest }) => ({
    ...rest,
    domains: domains.map((domain) => ({
      ...domain,
      clientCertificates: { ...domain.clientCertificates, selfSigned: 'reject' },
    })),
  }))
  await stage.nextLine('configuration_loaded')
  const seen = new Set<number>()
  for (let count = 0; count < TRIES && seen.size < 2; count += 1) {
    const [, tls] = TLS_VERSIONS[count % 2] ?? []
    const session = sessions[1 + 2 * (count % 2)] ?? Buffer.alloc(0)
    const { worker, ...after } = await visit({ ...tls }, { certificate: selfSigned, session })
    t.match(after, { isReused: false, status: 401, reason: 'self_signed_not_accepted' })
    seen.add(worker)
  }
  t.same([...seen].sort(), [1, 2])
})

t.test(
  'a worker that died takes no session with it, and the next one knows them all',
  async (t) => {
    const { stage, visit } = await start(t)
    const tls = { minVersion: 'TLSv1.3' }
    const pids = await readPids(stage)
    const first = await visit(tls, { certificate: clients.client() })
    process.kill(pids.get(first.worker) ?? Number.NaN, 'SIGKILL')
    t.match(await stage.nextLine('worker_died'), { worker: first.worker })
    t.match(await visit(tls, { session: first.session }), { isReused: true, status: 200 })
    await stage.nextLine('worker_ready')
    t.same(await visitBoth(t, visit, tls, first.session), [1, 2])
    const exit = once(stage.child, 'exit')
    stage.child.kill('SIGTERM')
    t.same(await exit, [0, null])
  },
)
