import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { openTlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { hello } from './front-hello.ts'
import { CUSTOM_DOMAIN, createAuthorities, get, MTLS_DOMAIN, startStage } from './front-stage.ts'
import { openTcp, readToEnd } from './front-wire.ts'

const authorities = createAuthorities()
const certificate = authorities.client()
const CONNECTIONS = 2_000
const AT_ONCE = 40
/** On Linux and macOS, one entry for each open descriptor of this process. */
const DESCRIPTORS = ['/proc/self/fd', '/dev/fd'].find((directory) => existsSync(directory))

/** What a connection may leave behind: descriptors, sockets and timers. */
function countOpen(): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const resource of process.getActiveResourcesInfo()) {
    counts[resource] = (counts[resource] ?? 0) + 1
  }
  return { ...counts, descriptors: DESCRIPTORS ? readdirSync(DESCRIPTORS).length : 0 }
}

/** Every way in which a connection comes to its end. */
const visits: Record<string, (port: number) => Promise<unknown>> = {
  async 'a request'(port) {
    const connection = await openTlsConnection({ port, servername: MTLS_DOMAIN, certificate })
    await connection.request(get(MTLS_DOMAIN))
    connection.socket.end()
    await connection.waitForClose()
  },
  async 'a handshake, and gone'(port) {
    const connection = await openTlsConnection({ port, servername: CUSTOM_DOMAIN })
    connection.destroy()
    await connection.waitForClose()
  },
  async 'no byte'(port) {
    const socket = await openTcp(port)
    await readToEnd(socket.end())
  },
  async 'a reset before any byte'(port) {
    const socket = await openTcp(port)
    socket.resetAndDestroy()
    await once(socket, 'close')
  },
  async 'half a hello'(port) {
    const socket = await openTcp(port)
    await readToEnd(socket.end(hello({ serverName: MTLS_DOMAIN }).subarray(0, 60)))
  },
  async 'a reset after half a hello'(port) {
    const socket = await openTcp(port)
    socket.write(hello({ serverName: MTLS_DOMAIN }).subarray(0, 60), () => socket.resetAndDestroy())
    await once(socket, 'close')
  },
  async 'an unknown name'(port) {
    const socket = await openTcp(port)
    socket.write(hello({ serverName: 'other.example.com' }))
    await readToEnd(socket)
  },
  async 'plain HTTP'(port) {
    const socket = await openTcp(port)
    socket.write('GET / HTTP/1.1\r\n\r\n')
    await readToEnd(socket)
  },
  async 'no common suite'(port) {
    const socket = await openTcp(port)
    socket.write(hello({ serverName: MTLS_DOMAIN, suites: [0x002f] }))
    await readToEnd(socket)
  },
  async 'half a handshake'(port) {
    const socket = await openTcp(port)
    socket.write(hello({ serverName: MTLS_DOMAIN }))
    await once(socket, 'data')
    await readToEnd(socket.end())
  },
  async 'a reset in the handshake'(port) {
    const socket = await openTcp(port)
    socket.write(hello({ serverName: MTLS_DOMAIN, versions: [0x0304] }), () =>
      socket.resetAndDestroy(),
    )
    await once(socket, 'close')
  },
}

t.test(`${CONNECTIONS} connections leave no descriptor, timer or listener behind`, async (t) => {
  const stage = await startStage({ authorities })
  const servers = [stage.customServer, stage.mtlsServer]
  const listeners = () =>
    servers.map((server) => server.eventNames().map((name) => [name, server.listenerCount(name)]))
  const before = { open: countOpen(), listeners: listeners() }

  const kinds = Object.values(visits)
  let next = 0
  const visitor = async () => {
    while (next < CONNECTIONS) {
      const visit = kinds[next++ % kinds.length]
      await visit?.(stage.port)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, visitor))

  // The server's side may close a turn after the client's; each look lets the loop turn once.
  for (let turn = 0; stage.front.connections.total > 0 && turn < 10_000; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  t.match(stage.front.connections, { total: 0 })
  await new Promise((resolve) => setImmediate(resolve))
  t.same(countOpen(), before.open)
  t.same(listeners(), before.listeners)
  t.ok(stage.events.length > CONNECTIONS / 3, 'refusals were reported')

  await stage.close()
  t.same(stage.front.connections.total, 0)
})
