/*
 * The attack: requests taken back without an error, one a connection. What answers such a request while its stream is being closed
 * fails the stream in Node, which then never ends, and its connection stays open when the client has long gone.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { auth0Forwarder } from '@mtls-edge/auth0-forwarder'
import {
  encodeFields,
  encodeFrame,
  HTTP2_FLAG,
  HTTP2_FRAME,
  openHttp2Wire,
  uint32,
} from '@mtls-edge/testkit'
import fastify from 'fastify'
import t from 'tap'
import { apiKey, pki, serverCertificate } from './edge-in-test.ts'
import { startRawTarget } from './raw-target.ts'

/** The first two thirds of a window, twice: more than is gathered. */
const PART = encodeFrame(HTTP2_FRAME.data, 0, 1, Buffer.alloc(14_000, 'x'))
const PARTS = Buffer.concat([PART, PART, PART])
const fields = encodeFields([
  [':method', 'POST'],
  [':scheme', 'https'],
  [':path', '/'],
  [':authority', 'localhost'],
])

t.test('nothing stays open of a client that took a large request back and left', async (t) => {
  const target = await startRawTarget(t, () => {})
  const https = { cert: serverCertificate.chainPem, key: serverCertificate.keyPem }
  const app = fastify({ http2: true, https, forceCloseConnections: true })
  await app.register(auth0Forwarder, {
    forwardingTarget: target.origin,
    cnameApiKey: apiKey,
    ca: pki.root.pem,
  })
  app.all('/*', (_request, reply) => reply.forwardToAuth0({ clientCertificate: null }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  const { port } = app.server.address() as AddressInfo // A TCP server that listens has one.
  const countOpen = promisify(app.server.getConnections.bind(app.server))

  for (let times = 0; times < 5; times += 1) {
    const client = await openHttp2Wire({ port, ca: pki.root.pem, servername: 'localhost' })
    client.write(encodeFrame(HTTP2_FRAME.headers, HTTP2_FLAG.endHeaders, 1, fields), PARTS)
    // Half of the window has been read, and may be sent again.
    await client.waitFor(
      ({ type, streamId }) => type === HTTP2_FRAME.windowUpdate && streamId === 1,
    )
    client.write(PARTS)
    const hasReachedTarget = () => (target.received[times]?.split('x').length ?? 0) > 84_000
    while (!hasReachedTarget()) await new Promise(setImmediate)
    // All at once, and the end of the connection.
    const reset = encodeFrame(HTTP2_FRAME.rstStream, 0, 1, uint32(0))
    const goaway = encodeFrame(HTTP2_FRAME.goaway, 0, 0, Buffer.alloc(8))
    client.socket.end(Buffer.concat([reset, goaway]))
    const [asked] = target.sockets.slice(times)
    if (asked?.closed === false) await once(asked, 'close')
  }
  const deadline = performance.now() + 3_000
  while ((await countOpen()) > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  t.equal(await countOpen(), 0)
})
