import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { openHttp2Connection, openTlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { createHostServer } from '../dist/front/index.js'
import { createAuthorities, hostOptions, MTLS_DOMAIN, startStage } from './front-stage.ts'

const authorities = createAuthorities()
const NOTHING_OPEN = { hello: 0, handshake: 0, secure: 0, refused: 0, total: 0 }

/** A front whose hosts speak HTTP/2, with answers to `/wait` held back until the test lets them go. */
async function startHeld(t: Test, limits = {}) {
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
  const stage = await startStage({ authorities, listener, host: { http2: true, limits } })
  t.teardown(() => stage.close())
  return {
    stage,
    listener,
    connect: () => openHttp2Connection({ port: stage.port, servername: MTLS_DOMAIN }),
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

t.test('close ends idle sessions at once, used or not, with a GOAWAY', async (t) => {
  const { stage, connect } = await startHeld(t)
  const fresh = await connect()
  const used = await connect()
  t.match(await used.ask({ ':path': '/' }), { status: 200, text: 'done' })
  const goaway = once(used.session, 'goaway')
  const ends = [fresh, used].map(({ socket }) => once(socket, 'close'))
  await stage.front.close({ timeout: 60_000 })
  const [code, lastStream] = await goaway
  t.same([code, lastStream], [0, 1])
  await Promise.all(ends)
  t.same(stage.front.connections, NOTHING_OPEN)
  t.same(stage.events, [])
})

t.test('close lets streams in flight end, begun or not, and takes no new ones', async (t) => {
  const { stage, connect, nextHeld } = await startHeld(t)
  const connection = await connect()
  const waiting = connection.ask({ ':path': '/wait' })
  const first = await nextHeld()
  const begun = connection.ask({ ':path': '/begin' })
  const second = await nextHeld()

  const goaway = once(connection.session, 'goaway')
  const closed = stage.front.close({ timeout: 60_000 })
  t.equal((await goaway)[0], 0)
  await t.rejects(connection.ask({ ':path': '/' }))
  first.end('late')
  t.match(await waiting, { status: 200, text: 'late' })
  second.end(' and end')
  t.match(await begun, { status: 200, text: 'beginning and end' })
  await closed
  t.same(stage.front.connections, NOTHING_OPEN)
})

t.test('close cuts what is left after its time', async (t) => {
  const { stage, connect, nextHeld } = await startHeld(t)
  const connection = await connect()
  const waiting = connection.ask({ ':path': '/wait' })
  await nextHeld()
  const rejected = t.rejects(waiting)
  await stage.front.close({ timeout: 100 })
  await rejected
  t.same(stage.front.connections, NOTHING_OPEN)
})

t.test('a session that came while its server was closing is ended too', async (t) => {
  const { stage } = await startHeld(t)
  const late = await openTlsConnection({
    port: stage.port,
    servername: MTLS_DOMAIN,
    tls: { ALPNProtocols: ['h2'] },
  })
  await stage.front.close({ timeout: 60_000 })
  t.equal(await late.waitForClose(), null)
})

t.test(
  'a replaced server answers what it has, and ends each session with its next answer',
  async (t) => {
    const { stage, connect, nextHeld, listener } = await startHeld(t)
    const busy = await connect()
    const idle = await connect()
    t.match(await idle.ask({ ':path': '/' }), { status: 200 })
    const waiting = busy.ask({ ':path': '/wait' })
    const response = await nextHeld()

    const next = createHostServer(hostOptions({ authorities }, MTLS_DOMAIN), listener)
    const ends = [busy, idle].map(({ socket }) => once(socket, 'close'))
    const goaway = once(busy.session, 'goaway')
    stage.front.setHosts([[MTLS_DOMAIN, next]])
    t.equal((await goaway)[0], 0)
    response.end('whole')
    t.match(await waiting, { status: 200, text: 'whole' })
    t.notOk(idle.session.closed, 'an idle session is not closed under the hands of its client')
    t.match(await idle.ask({ ':path': '/' }), { status: 200, text: 'done' })
    await Promise.all(ends)
    // The client may see the end of a connection first.
    while (stage.front.connections.total > 0) await new Promise((resolve) => setImmediate(resolve))
    t.same(stage.front.connections, NOTHING_OPEN)
  },
)

t.test('a session ends with its last permitted request', async (t) => {
  const { connect } = await startHeld(t, { maxRequestsPerSocket: 3 })
  const connection = await connect()
  const end = once(connection.socket, 'close')
  for (let count = 0; count < 3; count++) {
    t.match(await connection.ask({ ':path': '/' }), { status: 200, text: 'done' })
  }
  await end
})

t.test('idle sessions are closed in their time, with a GOAWAY', async (t) => {
  const { connect } = await startHeld(t, { headersTimeout: 500, keepAliveTimeout: 300 })
  const fresh = await connect()
  const used = await connect()
  t.match(await used.ask({ ':path': '/' }), { status: 200 })
  const [code] = await once(used.session, 'goaway')
  t.equal(code, 0)
  await Promise.all([fresh, used].map(({ socket }) => socket.destroyed || once(socket, 'close')))
})

t.test('a client that does not close its side of an ended session is cut off', async (t) => {
  const { stage } = await startHeld(t, { headersTimeout: 300 })
  const tls = { ALPNProtocols: ['h2'], allowHalfOpen: true }
  const connection = await openTlsConnection({
    port: stage.port,
    servername: MTLS_DOMAIN,
    tls,
  })
  t.teardown(() => connection.destroy())
  while (stage.front.connections.total > 0) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  t.pass('nothing is left open')
})
