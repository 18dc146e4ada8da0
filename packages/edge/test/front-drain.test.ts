import { once } from 'node:events'
import t from 'tap'
import { startHeld } from './front-held.ts'
import { hello } from './front-hello.ts'
import { get, MTLS_DOMAIN } from './front-stage.ts'
import { askHello, openTcp, readToEnd } from './front-wire.ts'

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
