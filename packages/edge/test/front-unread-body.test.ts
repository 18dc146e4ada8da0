/*
 * The attack: a request that waits, behind one whose answer is held back or for a listener that does not read it, with a body in
 * chunks of one byte. Node keeps an object for each of them.
 */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import t from 'tap'
import { startHeld } from './front-held.ts'
import { get, MTLS_DOMAIN } from './front-stage.ts'

/** What nobody reads yet, and one TLS record. */
const MOST = 4096 + 16_384

const SMALL_CHUNKS = '1\r\nx\r\n'.repeat(200_000)

t.test('of a body that nobody reads little is kept', async (t) => {
  const { stage, connect, nextHeld } = await startHeld(t)
  const requests: IncomingMessage[] = []
  stage.mtlsServer.on('request', (request: IncomingMessage) => requests.push(request))
  const connected = once(stage.mtlsServer, 'secureConnection')
  const client = await connect()
  const [socket]: TLSSocket[] = await connected
  if (socket === undefined) throw new Error('no connection')
  client.write(get(MTLS_DOMAIN, '/wait'))
  const held = await nextHeld()
  client.write(
    `POST / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\nTransfer-Encoding: chunked\r\n\r\n${SMALL_CHUNKS}`,
  )
  await untilStill(socket)
  const waiting = requests[1]
  t.ok(waiting, 'the second request has come')
  const kept = waiting?.readableLength ?? 0
  t.ok(kept > 0 && kept <= MOST, `${kept} bytes of the body that waits`)
  t.ok(socket.bytesRead < SMALL_CHUNKS.length / 2, 'the client has to wait with the rest')

  client.write('0\r\n\r\n')
  waiting?.resume()
  held.end('done')
  t.equal((await client.nextResponse()).status, 200)
  t.equal((await client.nextResponse()).status, 200, 'and is served when it is its turn')
})

/** Until nothing more is read from a connection. */
async function untilStill(socket: TLSSocket): Promise<void> {
  for (let before = -1; before !== socket.bytesRead; ) {
    before = socket.bytesRead
    await setTimeout(150)
  }
}
