import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { rawTlsRequest } from '@mtls-edge/testkit'
import t from 'tap'
import { startProcessStage } from './edge-process-stage.ts'
import { ALIAS, clients, request, servers } from './edge-stage.ts'
import { type MetricsPage, readMetricsPage } from './metrics-page.ts'

const client = clients.client()

/** More than anything here takes on a busy machine, in milliseconds. */
const PATIENCE = 30_000

async function ask(port: number): Promise<void> {
  const bytes = request('POST /oauth/token')
  const options = { port, servername: ALIAS, ca: servers.root.pem, bytes, certificate: client }
  const { response } = await rawTlsRequest(options)
  if (response?.status !== 200) throw new Error(response?.text ?? 'no answer')
}

const countOf = (page: MetricsPage): number =>
  page.value('mtls_edge_requests_total', { endpoint: '/oauth/token', status: '200' })

/** The metrics once they are as wanted. */
async function metricsWhen(
  healthPort: number,
  isSo: (page: MetricsPage) => boolean,
): Promise<MetricsPage> {
  const deadline = performance.now() + PATIENCE
  for (;;) {
    const page = await readMetricsPage(healthPort)
    if (isSo(page)) return page
    if (performance.now() > deadline) throw new Error('never came to be so')
    await pause(50)
  }
}

t.test('adds the workers up, and forgets nothing that one counted which has died', async (t) => {
  const stage = await startProcessStage(t, { workers: 2 })
  const pids = [await stage.nextLine('worker_ready'), await stage.nextLine('worker_ready')]
  for (let count = 0; count < 20; count += 1) await ask(stage.port)
  const page = await metricsWhen(stage.healthPort, (page) => countOf(page) === 20)
  t.equal(page.value('mtls_edge_workers_ready'), 2)
  t.same(
    page
      .series('process_resident_memory_bytes')
      .map(({ labels }) => labels.worker)
      .sort(),
    ['1', '2', 'primary'],
  )

  for (const { pid } of pids) {
    process.kill(Number(pid), 'SIGKILL')
    await stage.nextLine('worker_died')
    await stage.nextLine('worker_ready')
  }
  const after = await readMetricsPage(stage.healthPort)
  t.equal(countOf(after), 20, 'both that counted them are gone')
  t.equal(after.value('mtls_edge_worker_restarts_total'), 2)
  for (let count = 0; count < 5; count += 1) await ask(stage.port)
  t.equal(countOf(await metricsWhen(stage.healthPort, (page) => countOf(page) >= 25)), 25)
})

t.test('one that is stuck does not keep the others from being seen', async (t) => {
  const stage = await startProcessStage(t, { workers: 2 })
  const lines = [await stage.nextLine('worker_ready'), await stage.nextLine('worker_ready')]
  for (let count = 0; count < 20; count += 1) await ask(stage.port)
  await metricsWhen(stage.healthPort, (page) => countOf(page) === 20)
  const stuck = Number(lines[0]?.pid)
  process.kill(stuck, 'SIGSTOP')
  const page = await readMetricsPage(stage.healthPort)
  t.ok(page.value('mtls_edge_workers_silent') >= 1)
  t.equal(countOf(page), 20, 'what it told before still counts')
  process.kill(stuck, 'SIGCONT')
  const later = await metricsWhen(
    stage.healthPort,
    (page) => page.value('mtls_edge_workers_silent') === 0,
  )
  t.equal(countOf(later), 20)
})

/*
 * Where clients come back all at once, a worker may have no descriptor left to load the metrics with when they are first read. That must
 * not end it: all its clients would come back to the next.
 */
const skip = process.platform !== 'linux' && 'only Linux can limit another process'
t.test('one that has no descriptor left is silent, and tells them later', { skip }, async (t) => {
  const stage = await startProcessStage(t, { workers: 2 })
  const [{ pid }] = [await stage.nextLine('worker_ready'), await stage.nextLine('worker_ready')]
  const limit = (most: number) =>
    promisify(execFile)('prlimit', [`--pid=${pid}`, `--nofile=${most}:`])
  await limit(3)
  for (const _ of ['first', 'again'])
    t.equal((await readMetricsPage(stage.healthPort)).value('mtls_edge_workers_silent'), 1)
  await limit(1024)
  const page = await readMetricsPage(stage.healthPort)
  t.equal(page.value('mtls_edge_workers_silent'), 0)
  t.equal(page.value('mtls_edge_worker_restarts_total'), 0)
  t.equal(page.series('process_resident_memory_bytes').length, 3)
})
