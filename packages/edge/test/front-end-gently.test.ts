/*
 * An answer that closes the connection while the client is still sending its body: a client that looks for the answer only when it has
 * sent everything must find it there, and no reset in its place.
 */
import { once } from 'node:events'
import type { IncomingMessage, RequestListener } from 'node:http'
import t, { type Test } from 'tap'
import { closeOf, openRudely, read, send } from './front-rude-client.ts'
import { createAuthorities, MTLS_DOMAIN, startStage } from './front-stage.ts'

const authorities = createAuthorities()
const LENGTH = 4_000_000
const head = (length: number): string =>
  `POST / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\nContent-Length: ${length}\r\n\r\n`

/** Answers at once and reads nothing. */
const refuse: RequestListener = (_request, response) => {
  response.writeHead(413, { connection: 'close', 'content-length': 9 }).end('too large')
}

async function start(t: Test) {
  const stage = await startStage({ authorities, listener: refuse })
  t.teardown(() => stage.close())
  const requests: IncomingMessage[] = []
  stage.mtlsServer.on('request', (request: IncomingMessage) => requests.push(request))
  stage.mtlsServer.on('clientError', () => t.fail('what is not parsed is not malformed'))
  const open = () => openRudely(t, stage, authorities)
  return { open, requests }
}

t.test('whoever sends all of a refused body before reading gets the answer', async (t) => {
  const { open } = await start(t)
  for (let time = 1; time <= 5; time++) {
    const { client } = await open()
    client.pause()
    await send(client, head(LENGTH) + 'x'.repeat(LENGTH))
    t.match(await read(client), /^HTTP\/1\.1 413 .*\r\n\r\ntoo large$/s, `the ${time}. time`)
  }
})

t.test('what follows the refused body is not a request any more', async (t) => {
  const { open, requests } = await start(t)
  const { client, server } = await open()
  const closed = closeOf(server)
  await send(client, head(LENGTH))
  await once(client, 'data')
  await send(client, 'x'.repeat(LENGTH) + head(0).repeat(3))
  client.end()
  await closed
  t.equal(requests.length, 1)
})

t.test('a client that goes on and on is cut off', async (t) => {
  const { open } = await start(t)
  const { client, server } = await open()
  const closed = closeOf(server)
  client.write(head(1e12))
  const part = Buffer.alloc(65_536)
  const pour = (): void => {
    while (!client.destroyed && client.write(part));
  }
  client.on('drain', pour)
  pour()
  await closed
  t.ok(server.bytesRead < 17 * 1024 * 1024, `${server.bytesRead} bytes were read of it`)
})

t.test('a client that never comes to the end is cut off', async (t) => {
  const { open } = await start(t)
  const { client, server } = await open()
  const closed = closeOf(server)
  client.write(head(1e6))
  const timer = setInterval(() => client.write('x'), 100)
  t.teardown(() => clearInterval(timer))
  await closed
  t.ok(server.bytesRead < 10_000, 'long before it would have been through')
})
