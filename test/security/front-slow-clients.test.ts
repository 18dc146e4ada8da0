// The attack: Slowloris and its kin. Some hundred clients that cost the attacker nothing each hold a connection open for as
// long as they are let: one sends its hello byte by byte, one stops in its handshake, one sends its headers or its body
// byte by byte, one asks for much and reads nothing. The victims are everybody else, who find no place. Each kind has its
// limit here, of the whole and not of silence; until it comes, nobody waits for the slow ones, and afterwards nothing is
// left of them.
import { once } from 'node:events'
import { openTlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { hello } from '../../packages/edge/test/front-hello.ts'
import {
  createAuthorities,
  get,
  MTLS_DOMAIN,
  startStage,
} from '../../packages/edge/test/front-stage.ts'
import { openTcp, readToEnd } from '../../packages/edge/test/front-wire.ts'

const authorities = createAuthorities()
const OF_EACH_KIND = 25
/** These cost the test itself some megabytes each. */
const UNREAD = 4
const TRICKLE_EVERY = 100

/** Calls `send` again and again until the connection closes, and resolves then. */
async function trickle(
  socket: { once(event: 'close', listener: () => void): unknown },
  send: () => void,
) {
  const timer = setInterval(send, TRICKLE_EVERY)
  await new Promise<void>((resolve) => socket.once('close', resolve))
  clearInterval(timer)
}

const connect = (port: number) => openTlsConnection({ port, servername: MTLS_DOMAIN })

/** Each resolves when the front has closed the connection. */
const slow: Record<string, (port: number) => Promise<unknown>> = {
  async silent(port) {
    await readToEnd(await openTcp(port))
  },
  async hello(port) {
    const socket = await openTcp(port)
    const bytes = hello({ serverName: MTLS_DOMAIN })
    let sent = 0
    socket.resume()
    await trickle(socket, () => socket.write(bytes.subarray(sent, ++sent)))
  },
  async handshake(port) {
    const socket = await openTcp(port)
    socket.write(hello({ serverName: MTLS_DOMAIN, versions: [0x0304] }))
    await readToEnd(socket)
  },
  async headers(port) {
    const { socket } = await connect(port)
    socket.write(`GET / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\nX-Slow: `)
    await trickle(socket, () => socket.write('a'))
  },
  async body(port) {
    const { socket } = await connect(port)
    socket.write(`POST /body HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\nContent-Length: 1000\r\n\r\n`)
    await trickle(socket, () => socket.write('a'))
  },
  async unread(port) {
    const { socket } = await connect(port)
    socket.pause()
    socket.write(get(MTLS_DOMAIN, '/large'))
    // Only a reader learns of the end; the test looks at the front's own count.
    socket.unref()
  },
}

t.test(
  'slow clients of every kind keep nobody waiting, and are gone after their limit',
  async (t) => {
    const stage = await startStage({
      authorities,
      front: { helloTimeout: 1_500, handshakeTimeout: 1_500 },
      host: { limits: { headersTimeout: 1_500, requestTimeout: 1_500, inactivityTimeout: 1_500 } },
      listener(request, response) {
        if (request.url === '/large') response.end(Buffer.alloc(8 * 1024 * 1024))
        else if (request.url === '/body') request.resume().on('end', () => response.end())
        else response.end('served')
      },
    })
    t.teardown(() => stage.close())

    const ended = Promise.all(
      Object.entries(slow).flatMap(([name, kind]) => {
        const length = name === 'unread' ? UNREAD : OF_EACH_KIND
        return Array.from({ length }, () => kind(stage.port))
      }),
    )
    let beside = 0
    for (let served = 0; served < 30; served++) {
      beside = Math.max(beside, stage.front.connections.total)
      const connection = await connect(stage.port)
      t.equal((await connection.request(get(MTLS_DOMAIN))).text, 'served')
      const closed = once(connection.socket, 'close')
      connection.socket.end()
      await closed
    }
    t.ok(beside > OF_EACH_KIND, 'the slow ones were there')

    await ended
    while (stage.front.connections.total > 0)
      await new Promise((resolve) => setTimeout(resolve, 50))
    const reasons = stage.events.map((event) => 'reason' in event && event.reason)
    t.ok(reasons.filter((reason) => reason === 'hello_timeout').length >= 2 * OF_EACH_KIND)
    t.ok(reasons.filter((reason) => reason === 'handshake_timeout').length >= OF_EACH_KIND)
  },
)
