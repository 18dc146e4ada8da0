import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { createHostServer } from '../dist/front/index.js'
import { hello } from './front-hello.ts'
import {
  CUSTOM_DOMAIN,
  createAuthorities,
  get,
  hostOptions,
  MTLS_DOMAIN,
  type Stage,
  startStage,
} from './front-stage.ts'
import { askHello, openTcp, readToEnd } from './front-wire.ts'

const authorities = createAuthorities()

/** A listener that holds answers to `/wait` back until the test lets them go. */
function createHolder() {
  const held: ServerResponse[] = []
  let wake = () => {}
  const listener: RequestListener = (request, response) => {
    if (request.url === '/begin') response.write('beginning')
    if (request.url === '/') response.end('done')
    else {
      held.push(response)
      wake()
    }
  }
  return {
    listener,
    async nextHeld(): Promise<ServerResponse> {
      while (held.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const response = held.shift()
      if (response === undefined) throw new Error('nothing held')
      return response
    },
  }
}

async function startHeld(t: Test) {
  const holder = createHolder()
  const stage = await startStage({ authorities, listener: holder.listener })
  t.teardown(() => stage.close())
  const connect = () => openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  return { ...holder, stage, connect }
}

const NOTHING_OPEN = { hello: 0, handshake: 0, secure: 0, refused: 0, total: 0 }

async function refusesConnections(port: number): Promise<boolean> {
  const answer = await askHello(port, hello()).catch((error: NodeJS.ErrnoException) => error.code)
  return answer === 'ECONNREFUSED'
}

t.test('stopAccepting closes the port and leaves open connections be', async (t) => {
  const { stage, connect } = await startHeld(t)
  const connection = await connect()
  stage.front.stopAccepting()
  stage.front.stopAccepting()
  t.equal(stage.front.address(), null)
  t.ok(await refusesConnections(stage.port))
  const answer = await connection.request(get(MTLS_DOMAIN))
  t.match(answer.headers, { connection: 'keep-alive' })
  t.match(stage.front.connections, { secure: 1, total: 1 })
})

t.test('close ends idle connections at once: kept ones, fresh ones and silent ones', async (t) => {
  const { stage, connect } = await startHeld(t)
  const silent = await openTcp(stage.port)
  const fresh = await connect()
  const kept = await connect()
  await kept.request(get(MTLS_DOMAIN))
  t.match(stage.front.connections, { hello: 1, secure: 2, total: 3 })

  await stage.front.close({ timeout: 60_000 })
  t.equal(await kept.waitForClose(), null)
  t.equal(await fresh.waitForClose(), null)
  await readToEnd(silent)
  t.same(stage.front.connections, NOTHING_OPEN)
  t.same(stage.events, [])
})

t.test('close lets requests in flight end, and says that their connection ends', async (t) => {
  const { stage, connect, nextHeld } = await startHeld(t)
  const waiting = await connect()
  waiting.write(get(MTLS_DOMAIN, '/wait'))
  const response = await nextHeld()

  const closed = stage.front.close({ timeout: 60_000 })
  response.end('late')
  const answer = await waiting.nextResponse()
  t.match(answer, { status: 200, text: 'late', headers: { connection: 'close' } })
  await closed
  t.same(stage.front.connections, NOTHING_OPEN)
})

t.test(
  'an answer that had begun goes on to its end, and then its connection is closed',
  async (t) => {
    const { stage, connect, nextHeld } = await startHeld(t)
    const begun = await connect()
    begun.write(get(MTLS_DOMAIN, '/begin'))
    const response = await nextHeld()

    const closed = stage.front.close({ timeout: 60_000 })
    response.end(' and end')
    const answer = await begun.nextResponse()
    t.match(answer, { text: 'beginning and end', headers: { connection: 'keep-alive' } })
    await closed
    t.equal(await begun.waitForClose(), null)
  },
)

t.test('a request half sent when the drain begins is still answered', async (t) => {
  const { stage, connect } = await startHeld(t)
  const connection = await connect()
  const bytes = get(MTLS_DOMAIN)
  connection.write(bytes.slice(0, 20))
  // A second connection on the same loop: by its answer the first bytes have been read.
  await (await connect()).request(bytes)

  const closed = stage.front.close({ timeout: 60_000 })
  const answer = await connection.request(bytes.slice(20))
  t.match(answer, { status: 200, headers: { connection: 'close' } })
  await closed
})

t.test('a handshake under way ends, and one request is answered', async (t) => {
  const { stage, connect } = await startHeld(t)
  const socket = await openTcp(stage.port)
  socket.write(hello({ serverName: MTLS_DOMAIN }))
  await once(socket, 'data')
  t.match(stage.front.connections, { handshake: 1 })
  const event = stage.nextEvent()
  const closed = stage.front.close({ timeout: 60_000 })
  t.match(stage.front.connections, { handshake: 1 })
  socket.destroy()
  t.match(await event, { reason: 'client_closed' })
  await closed
  await t.rejects(connect())
})

t.test('what is left at the deadline is destroyed', async (t) => {
  const { stage, connect, nextHeld } = await startHeld(t)
  const waiting = await connect()
  waiting.write(get(MTLS_DOMAIN, '/wait'))
  await nextHeld()
  const stalled = await openTcp(stage.port)
  stalled.write(hello({ serverName: MTLS_DOMAIN }).subarray(0, 50))
  await (await connect()).request(get(MTLS_DOMAIN))

  await stage.front.close({ timeout: 50 })
  t.same(stage.front.connections, NOTHING_OPEN)
  await Promise.all([waiting.waitForClose(), readToEnd(stalled)])
})

t.test('a second close shortens the time of the first', async (t) => {
  const { stage, connect, nextHeld } = await startHeld(t)
  const waiting = await connect()
  waiting.write(get(MTLS_DOMAIN, '/wait'))
  await nextHeld()
  const first = stage.front.close({ timeout: 60_000 })
  await stage.front.close({ timeout: 0 })
  await first
  t.same(stage.front.connections, NOTHING_OPEN)
})

t.test('close without connections, twice, and before listening', async (t) => {
  const { stage } = await startHeld(t)
  await stage.front.close({ timeout: 60_000 })
  await stage.front.close({ timeout: 60_000 })
})

function replace(stage: Stage, listener: RequestListener) {
  const server = createHostServer(hostOptions({ authorities }, MTLS_DOMAIN), listener)
  stage.front.setHosts([
    [CUSTOM_DOMAIN, stage.customServer],
    [MTLS_DOMAIN, server],
  ])
  return server
}

async function textOf(connection: TlsConnection, path = '/') {
  const { text, headers } = await connection.request(get(MTLS_DOMAIN, path))
  const { connection: persistence } = headers
  return [text, persistence]
}

t.test(
  'a replaced server answers what it has, and new connections go to the new one',
  async (t) => {
    const { stage, connect, nextHeld } = await startHeld(t)
    const [idle, waiting] = await Promise.all([connect(), connect()])
    t.same(await textOf(idle), ['done', 'keep-alive'])
    waiting.write(get(MTLS_DOMAIN, '/wait'))
    const response = await nextHeld()

    replace(stage, (_request, response) => response.end('new'))
    const next = await connect()
    t.same(await textOf(next), ['new', 'keep-alive'])
    t.same(await textOf(idle), ['done', 'close'], 'idle until then, and answered')
    response.end('late')
    t.match(await waiting.nextResponse(), { text: 'late', headers: { connection: 'close' } })
    await Promise.all([idle.waitForClose(), waiting.waitForClose()])
    // The server's side of a close may come a turn later than the client's.
    t.same(await textOf(next), ['new', 'keep-alive'])
    t.match(stage.front.connections, { total: 1 })
  },
)

t.test('a host taken out of the map is unknown from then on', async (t) => {
  const { stage, connect } = await startHeld(t)
  stage.front.setHosts([[CUSTOM_DOMAIN, stage.customServer]])
  t.match(await askHello(stage.port, hello({ serverName: MTLS_DOMAIN })), { description: 112 })
  await t.rejects(connect())
})

t.test('setHosts refuses what could lead to the wrong host, and keeps the old map', async (t) => {
  const { stage, connect } = await startHeld(t)
  const { customServer, mtlsServer } = stage
  for (const [hosts, code] of [
    [[[MTLS_DOMAIN, customServer]], 'FST_EDGE_SERVER_OF_ANOTHER_HOST'],
    [[['127.0.0.1', customServer]], 'FST_EDGE_INVALID_SERVER_NAME'],
    [[['', customServer]], 'FST_EDGE_INVALID_SERVER_NAME'],
    [
      [
        [MTLS_DOMAIN, mtlsServer],
        [`${MTLS_DOMAIN.toUpperCase()}.`, mtlsServer],
      ],
      'FST_EDGE_INVALID_SERVER_NAME',
    ],
  ] as const) {
    t.throws(() => stage.front.setHosts(hosts), { code })
  }
  t.same(await textOf(await connect()), ['done', 'keep-alive'])

  replace(stage, (_request, response) => response.end('new'))
  t.throws(
    () => stage.front.setHosts([[MTLS_DOMAIN, mtlsServer]]),
    { code: 'FST_EDGE_SERVER_RETIRED' },
    'a server whose limits have ended',
  )
  t.same(await textOf(await connect()), ['new', 'keep-alive'])
})

t.test('the same map again changes nothing', async (t) => {
  const { stage, connect } = await startHeld(t)
  const connection = await connect()
  stage.front.setHosts([
    [CUSTOM_DOMAIN, stage.customServer],
    [MTLS_DOMAIN, stage.mtlsServer],
  ])
  t.same(await textOf(connection), ['done', 'keep-alive'])
})
