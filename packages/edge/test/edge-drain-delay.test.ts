import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { openTlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { MAIN, startProcessStage, waitUntilRefused } from './edge-process-stage.ts'
import { ALIAS, clients, request, servers, writeStageFiles } from './edge-stage.ts'

/** Long enough for one new connection on a busy machine. */
const DRAIN_DELAY = '4s'

async function stopSlowly(t: Test, workers: number): Promise<void> {
  const stage = await startProcessStage(t, { workers, settings: { drainDelay: DRAIN_DELAY } })
  const { port } = stage
  const ask = async () => {
    const connection = await openTlsConnection({
      port,
      servername: ALIAS,
      ca: servers.root.pem,
      certificate: clients.client(),
      timeout: 20_000,
    })
    return { connection, answer: await connection.request(request('POST /oauth/token')) }
  }
  const { connection } = await ask()
  const exit = once(stage.child, 'exit')
  stage.child.kill('SIGTERM')
  await stage.nextLine('stopping')
  t.match(await stage.readyz(), { status: 503, body: { parts: { edge: { state: 'draining' } } } })
  const late = await ask()
  t.match(late.answer, { status: 200, headers: { connection: 'keep-alive' } })
  t.match(await connection.request(request('POST /oauth/token')), { status: 200 })
  late.connection.destroy()

  await waitUntilRefused(port)
  t.same(await exit, [0, null])
  t.match(await stage.nextLine('stopped'), { level: 'info' })
}

t.test('during drainDelay the health page says 503, and everything is served as before', (t) =>
  Promise.all([1, 2].map((workers) => stopSlowly(t, workers))),
)

for (const workers of [1, 2]) {
  t.test(
    `a signal before the edge with ${workers} worker(s) is ready ends it with 0`,
    async (t) => {
      const database = createServer()
      database.listen(0, '127.0.0.1')
      await once(database, 'listening')
      t.teardown(() => database.close())
      const address = database.address()
      const port = typeof address === 'object' ? address?.port : 0
      // A registry that never answers: the edge is about to start, and can't.
      const registry = `postgres://edge@127.0.0.1:${port}/edge`
      const { file } = await writeStageFiles(t, undefined, { settings: { workers, registry } })
      const child = spawn(process.execPath, [MAIN, 'start', '--config', file], { stdio: 'ignore' })
      t.teardown(() => child.kill('SIGKILL'))
      const [socket] = await once(database, 'connection')
      const exit = once(child, 'exit')
      socket.on('error', () => {}).resume()
      const closed = once(socket, 'close')
      child.kill('SIGTERM')
      t.same(await exit, [0, null])
      await closed
    },
  )
}
