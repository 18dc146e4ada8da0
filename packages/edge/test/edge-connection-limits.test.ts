import { once } from 'node:events'
import { connect } from 'node:net'
import { loadConfiguration } from '@mtls-edge/edge'
import { openTlsConnection, type TlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { ALIAS, clients, type EdgeStage, request, servers, startEdgeStage } from './edge-stage.ts'
import { openTcp, readToEnd } from './front-wire.ts'

/** More than anything here takes on a busy machine. */
const PATIENCE = 30_000
const TOKEN = request('POST /oauth/token', '', ALIAS, 'a=b')
const client = clients.client()

const start = (t: Test, limits: object): Promise<EdgeStage> =>
  startEdgeStage(t, undefined, { settings: { limits } })
const open = (stage: EdgeStage, certificate = client): Promise<TlsConnection> =>
  openTlsConnection({
    port: stage.edge.port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate,
    timeout: PATIENCE,
  })

t.test('connections: more than there may be in all are closed at once', async (t) => {
  const stage = await start(t, { connections: 2 })
  const first = await open(stage)
  const second = await open(stage)
  t.equal((await readToEnd(await openTcp(stage.edge.port))).length, 0)
  t.match(stage.log.at(-1), { event: 'connection_dropped', remoteAddress: '127.0.0.1' })
  t.match(await first.request(TOKEN), { status: 200 })
  first.destroy()
  second.destroy()
})

t.test('connectionsPerAddress comes and goes with a reload', async (t) => {
  const { edge, file, ...stage } = await start(t, {})
  const configuration = loadConfiguration(file, { environment: {} })
  const update = (connectionsPerAddress: number | null): Promise<void> =>
    edge.update({ ...configuration, limits: { ...configuration.limits, connectionsPerAddress } })
  await update(1)
  const connection = await open({ edge, file, ...stage })
  await t.rejects(open({ edge, file, ...stage }))
  await update(null)
  const other = await open({ edge, file, ...stage })
  t.match(await other.request(TOKEN), { status: 200 })
  for (const each of [connection, other]) each.destroy()
})

/** Resolves with an open connection as soon as there is a place for one. */
async function openSoon(open: () => Promise<TlsConnection>): Promise<TlsConnection> {
  const deadline = performance.now() + PATIENCE
  for (;;) {
    const connection = await open().catch(() => null)
    if (connection !== null) return connection
    if (performance.now() > deadline) throw new Error('no place became free')
  }
}

t.test('connectionsPerAddress: by the PROXY header, IPv6 by its /64', async (t) => {
  const stage = await startEdgeStage(t, undefined, {
    settings: {
      listen: { host: '127.0.0.1', port: 0, proxyProtocol: { trusted: ['127.0.0.1'] } },
      limits: { connectionsPerAddress: 2 },
    },
  })
  const openFrom = async (address: string): Promise<TlsConnection> => {
    const socket = connect({ host: '127.0.0.1', port: stage.edge.port })
    socket.on('error', () => {})
    await once(socket, 'connect')
    const family = address.includes(':') ? 'TCP6' : 'TCP4'
    const edge = address.includes(':') ? '2001:db8::ffff' : '10.0.0.1'
    socket.write(`PROXY ${family} ${address} ${edge} 4711 443\r\n`)
    return openTlsConnection({
      port: stage.edge.port,
      servername: ALIAS,
      certificate: client,
      tls: { socket },
      timeout: PATIENCE,
    })
  }
  for (const [one, other, stranger] of [
    ['203.0.113.7', '203.0.113.7', '203.0.113.8'],
    ['2001:db8::1', '2001:db8::2', '2001:db8:0:1::1'],
  ] as const) {
    const held = [await openFrom(one), await openFrom(other)]
    await t.rejects(openFrom(one))
    t.match(
      stage.log.findLast(({ event }) => event === 'handshake_refused'),
      {
        reason: 'too_many_connections',
        remoteAddress: one,
        serverName: null,
      },
    )
    held.push(await openFrom(stranger))
    t.match(await held[0]?.request(TOKEN), { status: 200 }, 'the first ones go on')
    held[1]?.destroy()
    held.push(await openSoon(() => openFrom(one)))
    for (const connection of held) connection.destroy()
  }
})

t.test('newConnectionsPerAddress: handshakes of one address within a minute', async (t) => {
  const stage = await startEdgeStage(t, undefined, {
    settings: { rateLimit: { newConnectionsPerAddress: 3 } },
  })
  const held = [await open(stage), await open(stage)]
  held[0]?.destroy()
  held.push(await open(stage))
  await t.rejects(open(stage), 'one more, though one has ended')
  t.match(
    stage.log.findLast(({ event }) => event === 'handshake_refused'),
    {
      reason: 'too_many_connections',
    },
  )
  t.match(await held[1]?.request(TOKEN), { status: 200 }, 'open ones go on')
  for (const connection of held) connection.destroy()
})

t.test('connectionsPerCertificate: a request over it is told, and closed', async (t) => {
  const stage = await start(t, { connectionsPerCertificate: 2 })
  const first = await open(stage)
  const second = await open(stage)
  for (let count = 0; count < 3; count += 1) {
    t.match(await first.request(TOKEN), { status: 200 })
    t.match(await second.request(TOKEN), { status: 200 })
  }
  const third = await open(stage)
  const answer = await third.request(TOKEN)
  t.match(answer, { status: 429, headers: { 'retry-after': '1', connection: 'close' } })
  t.match(JSON.parse(answer.text), {
    error: 'temporarily_unavailable',
    error_description: /^too_many_connections: /,
  })
  await third.waitForClose()

  const other = await open(stage, clients.client())
  t.match(await other.request(TOKEN), { status: 200 }, 'another certificate has its own')
  second.destroy()
  const free = await openSoon(async () => {
    const connection = await open(stage)
    const { status } = await connection.request(TOKEN)
    if (status === 200) return connection
    throw new Error('not yet')
  })
  for (const connection of [first, other, free]) connection.destroy()
})
