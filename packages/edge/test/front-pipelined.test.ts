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

t.test('a connection is served one request at a time, and ten may wait', async (t) => {
  const { connect, nextHeld } = await startHeld(t)
  const client = await connect()
  const pipelined = get(MTLS_DOMAIN, '/wait').repeat(11)
  for (const round of [1, 2]) {
    client.write(pipelined)
    for (let number = 1; number <= 11; number += 1) {
      const response = await nextHeld()
      response.end(`${round}: ${number}`)
      t.equal((await client.nextResponse()).text, `${round}: ${number}`)
    }
  }
  client.write(pipelined + get(MTLS_DOMAIN, '/wait'))
  await nextHeld()
  await client.waitForClose()
})

t.test('what follows an answer that closes the connection is never looked at', async (t) => {
  const { stage, connect, nextHeld } = await startHeld(t)
  const client = await connect()
  client.write(get(MTLS_DOMAIN, '/first') + get(MTLS_DOMAIN, '/hidden'))
  const response = await nextHeld()
  response.setHeader('connection', 'close')
  response.end('x'.repeat(1_000_000))
  t.equal((await client.nextResponse()).text.length, 1_000_000)
  await client.waitForClose()
  await stage.close()
  t.equal(await Promise.race([nextHeld(), 'none']), 'none')
})
