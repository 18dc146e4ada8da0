import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { answerJson, issueCrl, openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import {
  type EdgeProcessStage,
  fileOf,
  startProcessStage,
  waitUntilRefused,
} from './edge-process-stage.ts'
import { ALIAS, API_KEY, clients, request, servers, withCrls } from './edge-stage.ts'

const client = clients.client()

/** Connections enough that each worker has some, however the system deals them out. */
const MANY = 12

const listOf = (...revoked: (typeof client)[]): string =>
  issueCrl({ issuer: clients.root }).pem +
  issueCrl({
    issuer: clients.intermediate,
    revoked: revoked.map((serialNumber) => ({ serialNumber })),
  }).pem

const start = (t: Test): Promise<EdgeProcessStage> =>
  startProcessStage(t, {
    workers: 2,
    change: withCrls('clients.crl'),
    files: { 'clients.crl': listOf() },
  })

const connect = (port: number): Promise<TlsConnection> =>
  openTlsConnection({ port, servername: ALIAS, ca: servers.root.pem, certificate: client })

const ask = (connection: TlsConnection) => connection.request(request('POST /oauth/token'))

/** Opens connections, and asks on each one which worker has it. */
async function connectToAll(stage: EdgeProcessStage): Promise<Map<unknown, TlsConnection[]>> {
  const byWorker = new Map<unknown, TlsConnection[]>()
  for (let count = 0; count < MANY; count += 1) {
    const connection = await connect(stage.port)
    const response = await ask(connection)
    if (response.status !== 200) throw new Error(response.text)
    const { worker } = await stage.nextLine('request')
    byWorker.set(worker, [...(byWorker.get(worker) ?? []), connection])
  }
  return byWorker
}

/** Process ids of the workers, by number. */
async function pidsOf(stage: EdgeProcessStage): Promise<ReadonlyMap<unknown, number>> {
  const lines = [await stage.nextLine('worker_ready'), await stage.nextLine('worker_ready')]
  return new Map(lines.map(({ worker, pid }) => [worker, Number(pid)]))
}

const closeAll = (connections: Iterable<TlsConnection>): void => {
  for (const connection of connections) connection.destroy()
}

t.test('a worker that is killed takes its own connections along and is replaced', async (t) => {
  const stage = await start(t)
  const pids = await pidsOf(stage)
  const connections = await connectToAll(stage)
  t.same([...connections.keys()].sort(), [1, 2], 'both have some')
  const [lost = [], kept = []] = [connections.get(1), connections.get(2)]

  // What is on the disk is broken meanwhile: the new worker begins with what is in force.
  await writeFile(fileOf(stage, 'clients.crl'), 'broken')
  await stage.nextLine('configuration_refused')
  const closed = Promise.all(lost.map((connection) => connection.waitForClose()))
  process.kill(pids.get(1) ?? 0, 'SIGKILL')
  await closed
  t.match(await stage.nextLine('worker_died'), { level: 'error', worker: 1, signal: 'SIGKILL' })
  t.match(await stage.readyz(), {
    status: 200,
    body: { status: 'degraded', parts: { workers: { state: 'degraded', wanted: 2, ready: 1 } } },
  })
  for (const connection of kept) {
    t.match(await ask(connection), { status: 200 })
    await stage.nextLine('request')
  }
  t.match(await stage.nextLine('worker_ready'), { worker: 1, pid: Number })
  t.match(await stage.readyz(), {
    status: 200,
    body: {
      parts: { workers: { state: 'ready', ready: 2 }, configuration: { state: 'refused' } },
    },
  })
  const again = await connectToAll(stage)
  t.same([...again.keys()].sort(), [1, 2], 'the new one serves')

  // A verdict's change reaches all of them, the new one too.
  await writeFile(fileOf(stage, 'clients.crl'), listOf(client))
  await stage.nextLine('configuration_loaded')
  for (const connection of [...kept, ...[...again.values()].flat()])
    t.match(await ask(connection), { status: 401, text: /revoked/ })
  closeAll([...kept, ...[...again.values()].flat()])
  t.notMatch(stage.output(), API_KEY)
  t.notMatch(stage.output(), /PRIVATE KEY/)
})

t.test('workers obey the primary alone, and all requests in flight end', async (t) => {
  const stage = await start(t)
  const pids = await pidsOf(stage)
  const connections = [...(await connectToAll(stage)).values()].flat()
  // A terminal signals the whole group.
  for (const pid of pids.values()) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal)
  }
  for (const connection of connections) t.match(await ask(connection), { status: 200 })

  stage.upstream.forget()
  const release: (() => void)[] = []
  stage.upstream.answerWith(async (exchange) => {
    await new Promise<void>((resolve) => release.push(resolve))
    await answerJson({ late: true })(exchange)
  })
  for (const connection of connections) connection.write(request('POST /oauth/token'))
  for (const _ of connections) await stage.upstream.nextRequest()
  const exit = once(stage.child, 'exit')
  stage.child.kill('SIGTERM')
  await stage.nextLine('stopping')
  t.match(await stage.readyz(), { status: 503, body: { parts: { edge: { state: 'draining' } } } })
  // A package manager passes its own signal on at once: that is no person who can't wait.
  stage.child.kill('SIGTERM')
  for (const resolve of release) resolve()
  for (const connection of connections) {
    t.match(await connection.nextResponse(), { status: 200, headers: { connection: 'close' } })
  }
  t.same(await exit, [0, null])
  await waitUntilRefused(stage.port)
})
