import { once } from 'node:events'
import { connect } from 'node:net'
import { loadConfiguration } from '@mtls-edge/edge'
import { openTlsConnection, type TlsConnection, type WireResponse } from '@mtls-edge/testkit'
import t from 'tap'
import { startCuttableProxy } from '../../cert-registry/test/cuttable-proxy.ts'
import { startProcessStage } from './edge-process-stage.ts'
import { ALIAS, clients, type EdgeStage, request, servers, startEdgeStage } from './edge-stage.ts'
import { ownNetwork, redisUrl, withRedis } from './redis-stage.ts'

/** More than anything here takes on a busy machine. */
const PATIENCE = 30_000
/** Requests of one test come within one minute, and so within one window or two. */
const MOST = 5
const TOKEN = request('POST /oauth/token', '', ALIAS, 'a=b')

const open = (port: number, certificate = clients.client()): Promise<TlsConnection> =>
  openTlsConnection({
    port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate,
    timeout: PATIENCE,
  })

/** Through a balancer that says that the client is at this address. */
async function openFrom(port: number, address: string): Promise<TlsConnection> {
  const socket = connect({ host: '127.0.0.1', port })
  await once(socket, 'connect')
  socket.write(`PROXY TCP6 ${address} 2001:db8::ffff 4711 443\r\n`)
  const identity = { servername: ALIAS, certificate: clients.client() }
  return openTlsConnection({ port, ...identity, tls: { socket }, timeout: PATIENCE })
}

const behindBalancer = (rateLimit: object) => ({
  settings: {
    listen: { host: '127.0.0.1', port: 0, proxyProtocol: { trusted: ['127.0.0.1'] } },
    rateLimit,
  },
})

/** Asks so often; returns how many were let through, and the last answer. */
async function askOften(
  connection: TlsConnection,
  times: number,
): Promise<{ readonly passed: number; readonly last: WireResponse | null }> {
  let passed = 0
  let last: WireResponse | null = null
  for (let count = 0; count < times; count += 1) {
    last = await connection.request(TOKEN)
    if (last.status === 200) passed += 1
  }
  return { passed, last }
}

t.test('one certificate has so many requests a minute, over all its connections', async (t) => {
  const stage = await startEdgeStage(t, undefined, {
    settings: { rateLimit: { perCertificate: MOST } },
  })
  const certificate = clients.client()
  const first = await open(stage.edge.port, certificate)
  const second = await open(stage.edge.port, certificate)
  t.equal((await askOften(first, MOST - 1)).passed, MOST - 1)
  const { passed, last } = await askOften(second, 2)
  t.equal(passed, 1)
  t.match(last, { status: 429, headers: { 'cache-control': 'no-store', connection: 'keep-alive' } })
  const wait = Number(last?.headers['retry-after'])
  t.ok(wait >= 1 && wait <= 60, `Retry-After: ${wait}`)
  t.match(JSON.parse(last?.text ?? ''), {
    error: 'temporarily_unavailable',
    error_description: /^too_many_requests: /,
  })
  t.match(stage.log.at(-1), { event: 'request', status: 429, reason: 'too_many_requests' })
  t.equal(stage.upstream.requests.length, MOST)

  const other = await open(stage.edge.port)
  t.match(await other.request(TOKEN), { status: 200 }, 'another certificate has its own')
  for (const connection of [first, second, other]) connection.destroy()
})

t.test('one address has so many requests a minute, refused ones among them', async (t) => {
  const stage = await startEdgeStage(t, undefined, behindBalancer({ perAddress: MOST }))
  const { port } = stage.edge
  const client = await openFrom(port, '2001:db8::1')
  for (let count = 0; count < MOST; count += 1)
    t.match(await client.request(request('POST /somewhere')), { status: 404 })
  t.match(await client.request(TOKEN), { status: 429 })
  const neighbour = await openFrom(port, '2001:db8::2')
  t.match(await neighbour.request(TOKEN), { status: 429 }, 'of the same /64')
  const stranger = await openFrom(port, '2001:db8:0:1::1')
  t.match(await stranger.request(TOKEN), { status: 200 })
  for (const connection of [client, neighbour, stranger]) connection.destroy()
})

t.test('limits that come with a reload hold for new connections', async (t) => {
  const stage = await startEdgeStage(t)
  const certificate = clients.client()
  const before = await askOften(await open(stage.edge.port, certificate), MOST + 1)
  t.equal(before.passed, MOST + 1)
  const configuration = loadConfiguration(stage.file, { environment: {} })
  const rateLimit = { ...configuration.rateLimit, perCertificate: MOST }
  await stage.edge.update({ ...configuration, rateLimit })
  const { passed, last } = await askOften(await open(stage.edge.port, certificate), MOST + 1)
  t.equal(passed, MOST)
  t.equal(last?.status, 429)
})

t.test('without Redis all workers of an edge count together', async (t) => {
  const stage = await startProcessStage(t, {
    workers: 2,
    settings: { rateLimit: { perCertificate: MOST } },
  })
  const certificate = clients.client()
  const statuses = await Promise.all(
    Array.from({ length: 4 * MOST }, async () => {
      const connection = await open(stage.port, certificate)
      const { status } = await connection.request(TOKEN)
      connection.destroy()
      return status
    }),
  )
  t.equal(statuses.filter((status) => status === 200).length, MOST)
  t.equal(statuses.filter((status) => status === 429).length, 3 * MOST)
})

async function partOf(stage: EdgeStage): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${stage.edge.healthPort}/readyz`)
  return { code: response.status, ...(await response.json()) }
}

/** Waits until the health page says that Redis is there, or away. */
async function waitFor(stage: EdgeStage, state: 'ready' | 'degraded'): Promise<void> {
  const deadline = performance.now() + PATIENCE
  for (;;) {
    const page = JSON.stringify(await partOf(stage))
    if (page.includes(`"rateLimit":{"state":"${state}"`)) return
    if (performance.now() > deadline) throw new Error(`not ${state}: ${page}`)
  }
}

await withRedis(t, 'with Redis several edges count together', async (t) => {
  const rateLimit = { perCertificate: MOST, redis: redisUrl().href }
  const stages = [
    await startEdgeStage(t, undefined, { settings: { rateLimit } }),
    await startEdgeStage(t, undefined, { settings: { rateLimit } }),
  ]
  const certificate = clients.client()
  let passed = 0
  for (const stage of stages) {
    await waitFor(stage, 'ready')
    const connection = await open(stage.edge.port, certificate)
    const result = await askOften(connection, MOST - 1)
    passed += result.passed
    connection.destroy()
  }
  t.equal(passed, MOST)
})

await withRedis(t, 'while Redis is away the edge counts for itself, and says so', async (t) => {
  const proxy = await startCuttableProxy(t, redisUrl())
  const redis = `redis://127.0.0.1:${proxy.port}`
  const stage = await startEdgeStage(t, undefined, behindBalancer({ perAddress: MOST, redis }))
  await waitFor(stage, 'ready')
  const network = ownNetwork()
  const connection = await openFrom(stage.edge.port, `${network}::1`)
  t.equal((await askOften(connection, MOST + 1)).passed, MOST)

  await proxy.cut()
  await waitFor(stage, 'degraded')
  t.match(await partOf(stage), { code: 200, status: 'degraded' })
  t.equal((await askOften(connection, MOST + 1)).passed, MOST, 'its own count, from the start')
  const lines = stage.log.filter(({ event }) => event === 'rate_limit_alone')
  t.match(lines, [{ level: 40, detail: String }], 'said once')

  await proxy.mend()
  await waitFor(stage, 'ready')
  t.equal((await askOften(connection, 1)).passed, 0, 'the count in Redis goes on')
  connection.destroy()
})

await withRedis(t, 'a Redis that hangs holds nobody up', async (t) => {
  const proxy = await startCuttableProxy(t, redisUrl())
  const redis = `redis://127.0.0.1:${proxy.port}`
  const rateLimit = { perCertificate: 20, redis }
  const stage = await startEdgeStage(t, undefined, { settings: { rateLimit } })
  await waitFor(stage, 'ready')
  const connection = await open(stage.edge.port)
  t.match(await connection.request(TOKEN), { status: 200 })
  proxy.freeze()
  const { passed } = await askOften(connection, 25)
  t.equal(passed, 20, 'by its own count')
  await waitFor(stage, 'degraded')
  await proxy.mend()
  await waitFor(stage, 'ready')
  connection.destroy()
})

await withRedis(
  t,
  'neither the log nor the health page shows how Redis is logged in to',
  async (t) => {
    const url = redisUrl()
    url.username = 'someone'
    url.password = 'hunter2-of-the-test'
    const rateLimit = { perCertificate: MOST, redis: url.href }
    const stage = await startEdgeStage(t, undefined, { settings: { rateLimit } })
    while (!stage.log.some(({ event }) => event === 'rate_limit_alone'))
      await new Promise((resolve) => setTimeout(resolve, 20))
    t.match(await partOf(stage), { parts: { rateLimit: { state: 'degraded' } } })
    const shown = stage.output() + JSON.stringify(await partOf(stage))
    t.notMatch(shown, /hunter2/)
    t.notMatch(shown, /someone/)
    const connection = await open(stage.edge.port)
    t.match(await connection.request(TOKEN), { status: 200 })
    connection.destroy()
  },
)
