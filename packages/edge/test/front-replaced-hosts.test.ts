import type { RequestListener } from 'node:http'
import type { TlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { createHostServer } from '../dist/front/index.js'
import { authorities, startHeld } from './front-held.ts'
import { hello } from './front-hello.ts'
import { CUSTOM_DOMAIN, get, hostOptions, MTLS_DOMAIN, type Stage } from './front-stage.ts'
import { askHello } from './front-wire.ts'

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
