import { openTlsConnection } from '@mtls-edge/testkit'
import Fastify, { type FastifyServerFactoryHandler } from 'fastify'
import t, { type Test } from 'tap'
import { createFront, createHostServer, peekedServerName } from '../dist/front/index.js'
import { hello, SUITES } from './front-hello.ts'
import { createAuthorities, get, hostOptions, MTLS_DOMAIN } from './front-stage.ts'
import { sendToEnd } from './front-wire.ts'

const authorities = createAuthorities()

async function startFastify(t: Test) {
  const clientErrors: (string | undefined)[] = []
  const app = Fastify({
    serverFactory: (handler: FastifyServerFactoryHandler) =>
      createHostServer(
        hostOptions({ authorities, host: { limits: { headersTimeout: 300 } } }, MTLS_DOMAIN),
        handler,
      ),
    clientErrorHandler({ code }) {
      clientErrors.push(code)
    },
  })
  app.get('/', (request) => ({ host: peekedServerName(request.raw.socket) }))
  app.get('/slow', async () => 'never seen by a test')
  await app.ready()
  const front = createFront()
  front.setHosts([[MTLS_DOMAIN, app.server as ReturnType<typeof createHostServer>]])
  const { port } = await front.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(async () => {
    await front.close({ timeout: 0 })
    await app.close()
  })
  const connect = (tls = {}) => openTlsConnection({ port, servername: MTLS_DOMAIN, tls })
  return { app, front, port, connect, clientErrors }
}

t.test(
  'a Fastify instance answers behind the front, and knows the name of the connection',
  async (t) => {
    const { connect } = await startFastify(t)
    const connection = await connect()
    t.same(JSON.parse((await connection.request(get(MTLS_DOMAIN))).text), { host: MTLS_DOMAIN })
    connection.destroy()
  },
)

t.test('a socket that did not come through a host server has no peeked name', async (t) => {
  t.equal(peekedServerName({}), null)
})

const malformed = {
  'no HTTP at all': { bytes: 'hello?\r\n\r\n', status: 400, reason: 'malformed_request' },
  'no Host': { bytes: 'GET / HTTP/1.1\r\n\r\n', status: 400, reason: 'missing_host' },
  'a space before the colon': {
    bytes: `GET / HTTP/1.1\r\nHost : ${MTLS_DOMAIN}\r\n\r\n`,
    status: 400,
    reason: 'malformed_request',
  },
  'two lengths': {
    bytes: `POST / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n`,
    status: 400,
    reason: 'malformed_request',
  },
  'length and chunks': {
    bytes: `POST / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    status: 400,
    reason: 'malformed_request',
  },
  'bare line feeds': {
    bytes: `GET / HTTP/1.1\nHost: ${MTLS_DOMAIN}\n\n`,
    status: 400,
    reason: 'malformed_request',
  },
  'a folded header': {
    bytes: `GET / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\nX-A: b\r\n c\r\n\r\n`,
    status: 400,
    reason: 'malformed_request',
  },
  'headers that are too large': {
    bytes: `GET / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\nX-A: ${'b'.repeat(60_000)}\r\n\r\n`,
    status: 431,
    reason: 'headers_too_large',
  },
  'headers that are too slow': {
    bytes: 'GET / HTTP/1.1\r\n',
    status: 408,
    reason: 'request_timeout',
  },
}

for (const [what, { bytes, status, reason }] of Object.entries(malformed)) {
  t.test(`answers ${what} with ${status} and closes the connection`, async (t) => {
    const { connect, clientErrors } = await startFastify(t)
    const connection = await connect()
    const answer = await connection.request(bytes)
    t.equal(answer.status, status)
    t.match(answer.headers, { connection: 'close' })
    t.equal(answer.headers['cache-control'], 'no-store')
    t.match(JSON.parse(answer.text), {
      error: 'invalid_request',
      error_description: new RegExp(`^${reason}: `),
    })
    t.equal(await connection.waitForClose(), null, 'closed without a reset')
    t.equal(connection.unread().length, 0)
    t.ok(clientErrors.length <= 1, 'reported once at the most')
  })
}

t.test('a client that goes on sending after its error is cut off', async (t) => {
  const { connect, clientErrors } = await startFastify(t)
  const connection = await connect()
  const flood = () => {
    while (!connection.socket.destroyed && connection.socket.write(Buffer.alloc(16_384, 'a'))) {}
  }
  connection.socket.on('drain', flood)
  flood()
  await connection.waitForClose()
  t.equal(clientErrors.length, 1)
})

t.test('a failed handshake gets an alert and no byte of HTTP', async (t) => {
  const { port, clientErrors } = await startFastify(t)
  const chacha = hello({ serverName: MTLS_DOMAIN, suites: [0xcca8] })
  t.equal((await sendToEnd(port, chacha)).toString('hex'), '15030300020228')

  // Here the server has answered the hello when the handshake breaks.
  const garbage = Buffer.from('1603030004ffffffff', 'hex')
  const later = Buffer.concat([
    hello({ serverName: MTLS_DOMAIN, suites: [...SUITES.ecdheRsaGcm] }),
    garbage,
  ])
  const received = await sendToEnd(port, later)
  t.notMatch(received.toString('latin1'), /HTTP/)
  t.equal(received.subarray(-7, -1).toString('hex'), '150303000202')
  t.same(clientErrors, [], 'nor is it an error of HTTP')
})

t.test('Fastify closes without the front being closed first', async (t) => {
  const { app, front } = await startFastify(t)
  await app.close()
  t.ok(front.address())
})
