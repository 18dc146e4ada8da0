// The attack: lock the operators out. The admin listener has a bounded number of connections, and an import may take an hour. A
// client without the token logs in with a body that never ends, or is refused with 401 and goes on sending as slowly as it likes:
// each such connection would be held for that hour, and a few hundred of them are all there are. The victim is whoever wants to
// suspend a certificate just then.
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import { allowSlowBody, boundBodies } from '../../packages/edge/dist/admin/slow-bodies.js'

const TIMEOUT = 1_000
const PATIENCE = 30_000

/** As the admin listener: one route refuses before the body, one reads it, and one may be slow. */
async function startListener(t: Test): Promise<number> {
  const app = fastify({ forceCloseConnections: true })
  app.addHook('onRequest', boundBodies(TIMEOUT))
  app.post('/login', async () => 'read')
  app.post('/refused', { onRequest: async (_request, reply) => reply.code(401).send() }, () => {})
  app.addContentTypeParser('text/lines', (_request, payload, done) => done(null, payload))
  app.post('/import', async ({ raw }) => {
    allowSlowBody(raw)
    return (await raw.toArray()).join('')
  })
  t.teardown(() => app.close())
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo // A TCP server that listens has one.
  return port
}

function begin(t: Test, port: number, path: string, type = 'text/plain'): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  t.teardown(() => socket.destroy())
  socket.resume()
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 3\r\n\r\na`,
  )
  return socket
}

for (const path of ['/login', '/refused']) {
  t.test(
    `a body that never ends holds its connection for a while and no longer (${path})`,
    async (t) => {
      const socket = begin(t, await startListener(t), path)
      await once(socket, 'close', { signal: AbortSignal.timeout(PATIENCE) })
      t.pass('it is cut')
    },
  )
}

t.test('an import may be slow, and what comes in time stays open', async (t) => {
  const port = await startListener(t)
  const imports = begin(t, port, '/import', 'text/lines')
  const login = begin(t, port, '/login')
  login.write('bc')
  const held = begin(t, port, '/login')
  await once(held, 'close', { signal: AbortSignal.timeout(PATIENCE) })
  t.notOk(imports.closed)
  t.notOk(login.closed)
  imports.write('bc')
  const [answer] = await once(imports, 'data')
  t.match(String(answer), /^HTTP\/1.1 200 /)
})
