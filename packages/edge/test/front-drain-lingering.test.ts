/*
 * A connection whose client is still sending is ended gently, which takes seconds where the client does not stop. The attack on a stop: to
 * go on sending. Beside each of these a front that does not stop has a connection of the same kind, which came first.
 */
import type { RequestListener, ServerResponse } from 'node:http'
import t, { type Test } from 'tap'
import { closeOf, openRudely, type RudeConnection, send } from './front-rude-client.ts'
import { createAuthorities, MTLS_DOMAIN, type Stage, startStage } from './front-stage.ts'

const authorities = createAuthorities()
const POST = `POST / HTTP/1.1\r\nHost: ${MTLS_DOMAIN}\r\nContent-Length: 1000000\r\n\r\n`

async function openWithinBody(t: Test, listener: RequestListener) {
  const stage = await startStage({ authorities, listener })
  t.teardown(() => stage.close())
  const connection = await openRudely(t, stage, authorities)
  const timer = setInterval(() => connection.client.write('x'), 50)
  t.teardown(() => clearInterval(timer))
  await send(connection.client, POST)
  return { stage, connection }
}

const answered = ({ client }: RudeConnection): Promise<unknown> =>
  new Promise((resolve) => client.once('data', resolve))

/** Which closes first: the connection of the front that goes on, or all of the one that stops. */
async function findFirst(other: RudeConnection, stopping: Stage): Promise<string> {
  return Promise.race([
    closeOf(other.server).then(() => 'the other connection'),
    stopping.front.close({ timeout: 60_000 }).then(() => 'the stop'),
  ])
}

t.test('a client that goes on after an answer that closed does not hold up a stop', async (t) => {
  const refuse: RequestListener = (_request, response) => {
    response.writeHead(413, { connection: 'close' }).end()
  }
  const other = await openWithinBody(t, refuse)
  await answered(other.connection)
  const { stage, connection } = await openWithinBody(t, refuse)
  await answered(connection)
  t.equal(await findFirst(other.connection, stage), 'the stop')
})

t.test('nor one whose answer had begun, and ends during the stop', async (t) => {
  const other = await openWithinBody(t, (_request, response) => {
    response.writeHead(413, { connection: 'close' }).end()
  })
  await answered(other.connection)
  const begun: ServerResponse[] = []
  const { stage, connection } = await openWithinBody(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 4 }).write('do')
    begun.push(response)
  })
  await answered(connection)
  const first = findFirst(other.connection, stage)
  for (const response of begun) response.end('ne')
  t.equal(await first, 'the stop')
})

t.test('nor one that goes on after an answer that did not close', async (t) => {
  const answer: RequestListener = (_request, response) => {
    response.end('done')
  }
  const other = await openWithinBody(t, answer)
  await answered(other.connection)
  const { stage, connection } = await openWithinBody(t, answer)
  await answered(connection)
  t.equal(await findFirst(other.connection, stage), 'the stop')
})
