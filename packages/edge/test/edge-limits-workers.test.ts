import { openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { type EdgeProcessStage, startProcessStage } from './edge-process-stage.ts'
import { ALIAS, clients, request, servers } from './edge-stage.ts'

/** More than anything here takes on a busy machine. */
const PATIENCE = 30_000
const MOST = 6
const TOKEN = request('POST /oauth/token')
const client = clients.client()

/** An open connection that has been answered; null where it was refused. */
async function openOne({ port }: EdgeProcessStage): Promise<TlsConnection | null> {
  const identity = { servername: ALIAS, ca: servers.root.pem, certificate: client }
  try {
    const connection = await openTlsConnection({ port, ...identity, timeout: PATIENCE })
    const { status } = await connection.request(TOKEN)
    if (status === 200) return connection
    throw new Error(`answered ${status}`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') return null
    throw error
  }
}

async function openMany(stage: EdgeProcessStage, count: number): Promise<TlsConnection[]> {
  const opened = await Promise.all(Array.from({ length: count }, () => openOne(stage)))
  return opened.filter((connection) => connection !== null)
}

t.test('connectionsPerAddress holds for all workers together, also in a burst', async (t) => {
  const stage = await startProcessStage(t, {
    workers: 2,
    settings: { limits: { connectionsPerAddress: MOST } },
  })
  const pids = new Map<unknown, number>()
  for (let count = 0; count < 2; count += 1) {
    const { worker, pid } = await stage.nextLine('worker_ready')
    pids.set(worker, Number(pid))
  }
  const held = await openMany(stage, 4 * MOST)
  t.equal(held.length, MOST)
  t.equal(await openOne(stage), null)

  // What a worker took along is free again.
  process.kill(pids.get(1) ?? 0, 'SIGKILL')
  await stage.nextLine('worker_ready')
  const deadline = performance.now() + PATIENCE
  for (;;) {
    const kept = held.filter(({ socket }) => !socket.destroyed && !socket.readableEnded)
    const more = await openMany(stage, 4 * MOST)
    t.ok(kept.length + more.length <= MOST)
    held.splice(0, held.length, ...kept, ...more)
    if (held.length === MOST) break
    if (performance.now() > deadline) throw new Error('places of a dead worker were lost')
  }
  for (const connection of held) connection.destroy()
})
