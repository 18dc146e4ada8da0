// The attack: starve everybody else of the way to Auth0. The edge has a bounded number of connections to the target, and a
// request takes one from its first header to its last byte. So whoever sends many headers with a body that never comes, or
// many requests on one connection, holds all of them, from one address, without a certificate and at almost no cost: the
// login page of the custom domain is gone for all. A victim with a whole, small request must not have to wait for them.
import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { neverAnswer, rawTlsRequest } from '@mtls-edge/testkit'
import t from 'tap'
import {
  CUSTOM,
  type EdgeStage,
  request,
  servers,
  startEdgeStage,
} from '../../packages/edge/test/edge-stage.ts'

/** As many as the pool has connections (the forwarder's default). */
const POOL = 128
/** Connections and requests that may wait for one: above it the answer is 503. */
const IN_FLIGHT = POOL + 1_024

interface Teardown {
  teardown(fn: () => unknown): unknown
}

async function open(t: Teardown, stage: EdgeStage): Promise<TLSSocket> {
  const socket = connect({
    port: stage.edge.port,
    host: '127.0.0.1',
    servername: CUSTOM,
    ca: servers.root.pem,
  })
  socket.on('error', () => {}).resume()
  t.teardown(() => socket.destroy())
  await once(socket, 'secureConnect')
  return socket
}

const askAsVictim = (stage: EdgeStage) =>
  rawTlsRequest({
    port: stage.edge.port,
    servername: CUSTOM,
    ca: servers.root.pem,
    bytes: request('GET /victim', '', CUSTOM),
    timeout: 2_000,
  }).then(
    ({ response }) => response?.status ?? 'closed',
    () => 'no answer within 2 s',
  )

t.test('bodies that never come keep nobody else from the target', async (t) => {
  const stage = await startEdgeStage(t)
  for (let count = 0; count < POOL; count++) {
    const socket = await open(t, stage)
    socket.write(`POST /u/login HTTP/1.1\r\nHost: ${CUSTOM}\r\nContent-Length: 100\r\n\r\na`)
  }
  t.equal(await askAsVictim(stage), 200)
})

t.test('one connection cannot take every place in the queue to the target', async (t) => {
  const stage = await startEdgeStage(t)
  let isVictimServed = false
  const never = neverAnswer()
  stage.upstream.answerWith((exchange) => {
    if (exchange.request.url !== '/victim') return never(exchange)
    isVictimServed = true
    exchange.response.end('{}')
  })
  const socket = await open(t, stage)
  const slow = request('GET /slow', '', CUSTOM)
  socket.write(slow)
  await stage.upstream.nextRequest()
  socket.write(slow.repeat(IN_FLIGHT))
  t.equal(await askAsVictim(stage), 200)
  t.ok(isVictimServed)
})
