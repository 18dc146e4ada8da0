import { openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { onEachStore, type Place } from '../../cert-registry/test/stores.ts'
import { callAdmin, TOKEN } from './admin-stage.ts'
import { runHere } from './command-process.ts'
import { startProcessStage } from './edge-process-stage.ts'
import { ALIAS, clients, request, servers } from './edge-stage.ts'

/** Connections enough that each worker has some, however the system deals them out. */
const MANY = 12
/** Far more than the second that it may take, for a busy machine. */
const PATIENCE = 10_000

await onEachStore(t, async (t, place) => await holdsInAllWorkers(t, place))

/** A change by the API, and by the command line over it, holds in all workers, on open connections too. */
async function holdsInAllWorkers(t: Test, place: Place): Promise<void> {
  const stage = await startProcessStage(t, {
    workers: 2,
    settings: {
      registry: place.url,
      admin: { host: '127.0.0.1', port: 0, token: TOKEN },
    },
    change: (domain) => ({
      ...domain,
      clientCertificates: {
        caSigned: { ...domain.clientCertificates.caSigned, requireRegistration: true },
      },
    }),
  })
  const certificate = clients.client()
  const byWorker = new Map<unknown, TlsConnection>()
  const ask = async (connection: TlsConnection): Promise<number> =>
    (await connection.request(request('POST /oauth/token'))).status
  for (let count = 0; count < MANY; count += 1) {
    const identity = { servername: ALIAS, ca: servers.root.pem, certificate }
    const connection = await openTlsConnection({ port: stage.port, ...identity })
    t.teardown(() => connection.destroy())
    t.equal(await ask(connection), 401, 'nobody registered it yet')
    byWorker.set((await stage.nextLine('request')).worker, connection)
  }
  t.same([...byWorker.keys()].sort(), [1, 2])

  /** Waits until every worker answers so on the connection that was open before. */
  async function expectEverywhere(status: number, change: string): Promise<void> {
    const start = performance.now()
    for (const [worker, connection] of byWorker) {
      while ((await ask(connection)) !== status) {
        if (performance.now() - start > PATIENCE) throw new Error(`worker ${worker} does not know`)
      }
    }
    t.comment(`${change} held everywhere after ${Math.round(performance.now() - start)} ms`)
    for (const connection of byWorker.values()) t.equal(await ask(connection), status, change)
  }
  async function change(path: string, body: object, status: number): Promise<void> {
    const call = { method: 'POST', body }
    const changed = await callAdmin(stage.adminPort, `/api/v1/registry/entries${path}`, call)
    t.equal(changed.status, 200)
    await expectEverywhere(status, path || '/add')
  }
  async function changeByCommand(action: string, status: number): Promise<void> {
    const url = `http://127.0.0.1:${stage.adminPort}`
    const run = await runHere(['registry', action, '--url', url, certificate.thumbprint], {
      cwd: stage.directory,
      environment: { MTLS_EDGE_ADMIN_TOKEN: TOKEN },
    })
    t.equal(run.code, 0, run.stderr)
    await expectEverywhere(status, `registry ${action} --url`)
  }
  await change('', { pem: certificate.pem }, 200)
  await change(`/${certificate.thumbprint}/suspend`, {}, 401)
  await change(`/${certificate.thumbprint}/activate`, {}, 200)
  await changeByCommand('suspend', 401)
  await changeByCommand('activate', 200)
  await change(`/${certificate.thumbprint}/deny`, {}, 401)

  const deadline = performance.now() + PATIENCE
  let text = ''
  while (
    !/"worker":1[\s\S]*"worker":2/.test(text) ||
    !text.includes('"reason":"registration_revoked"')
  ) {
    if (performance.now() > deadline) throw new Error('not all of it is shown')
    text = (await callAdmin(stage.adminPort, '/api/v1/activity')).text
  }
  const { body } = await callAdmin(stage.adminPort, '/api/v1/activity')
  t.match(body, {
    workers: [
      { worker: 1, pid: Number, state: 'ready' },
      { worker: 2, pid: Number, state: 'ready' },
    ],
    latency: { auth0: { p50Ms: Number } },
  })
  const health = await callAdmin(stage.adminPort, '/api/v1/health')
  t.match(health.body, { status: 'ready', parts: { workers: { wanted: 2, ready: 2 } } })
}
