/*
 * The attack: a client sends several requests at once on a connection and goes before the first one is answered. Node 22 tells the
 * answers that wait in line nothing of that. An edge that counts on being told would keep each of them, with its request and its
 * connection, until it has no memory left; no certificate is needed.
 */
import { once } from 'node:events'
import type { TLSSocket } from 'node:tls'
import t from 'tap'
import { findAnswerInFlight } from '../dist/front/requests/connection-requests.js'
import { startHeld } from './front-held.ts'
import { get, MTLS_DOMAIN } from './front-stage.ts'

t.test('of pipelined requests whose client has gone nothing is kept', async (t) => {
  const { stage, connect, nextHeld } = await startHeld(t)
  const { mtlsServer } = stage
  const connected = once(mtlsServer, 'secureConnection')
  const client = await connect()
  const [socket]: TLSSocket[] = await connected
  if (socket === undefined) throw new Error('no connection')
  const isClosed = new Promise((resolve) => socket.once('close', resolve))
  const requests: unknown[] = []
  mtlsServer.on('request', (request) => requests.push(request))
  client.write(get(MTLS_DOMAIN, '/wait').repeat(3))
  await nextHeld()
  t.equal(requests.length, 3)
  t.not(findAnswerInFlight(socket), null)
  client.destroy()
  await isClosed
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(findAnswerInFlight(socket), null)
})
