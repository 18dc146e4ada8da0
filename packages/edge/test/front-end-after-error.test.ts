/*
 * Behind a request that came whole comes what is no HTTP: the request has its own answer, and what follows is thrown away meanwhile. The
 * attack: to go on and on with it, for as long as the answer takes.
 */
import t, { type Test } from 'tap'
import { authorities, startHeld } from './front-held.ts'
import { openRudely, pour, read, send } from './front-rude-client.ts'
import { get, MTLS_DOMAIN } from './front-stage.ts'

async function openBehindRequest(t: Test) {
  const { stage, nextHeld } = await startHeld(t)
  const connection = await openRudely(t, stage, authorities)
  await send(connection.client, `${get(MTLS_DOMAIN, '/wait')}no HTTP\r\n\r\n`)
  return { ...connection, held: await nextHeld() }
}

t.test('a client that pours on while its answer is made is cut off', async (t) => {
  const { client, server } = await openBehindRequest(t)
  await pour(client, 32 * 1024 * 1024)
  t.ok(server.bytesRead < 17 * 1024 * 1024, `${server.bytesRead} bytes were read of it`)
  t.ok(client.destroyed)
})

t.test('one that sends all of it before reading gets its answer', async (t) => {
  for (let time = 1; time <= 5; time++) {
    const { client, held } = await openBehindRequest(t)
    client.pause()
    const sent = send(client, 'x'.repeat(4_000_000))
    held.end('done')
    await sent
    t.match(await read(client), /^HTTP\/1\.1 200 .*connection: close.*done/is, `the ${time}. time`)
  }
})
