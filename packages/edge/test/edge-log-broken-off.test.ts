import { setTimeout as pause } from 'node:timers/promises'
import { neverAnswer, openTlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { ALIAS, clients, type EdgeStage, request, servers, startEdgeStage } from './edge-stage.ts'

const client = clients.client()

const open = ({ edge }: EdgeStage) =>
  openTlsConnection({
    port: edge.port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate: client,
    timeout: 30_000,
  })

/** The one line of the one request, once it is there and no other has come after it. */
async function lineOf(stage: EdgeStage): Promise<unknown> {
  const lines = () => stage.log.filter(({ event }) => event === 'request')
  while (lines().length === 0) await pause(10)
  await pause(100)
  const [line, ...more] = lines()
  if (more.length > 0) throw new Error('more than one line')
  return line
}

t.test('a client that leaves before its answer has its line all the same', async (t) => {
  const stage = await startEdgeStage(t)
  stage.upstream.answerWith(neverAnswer())
  const connection = await open(stage)
  connection.write(request('POST /oauth/token'))
  while (stage.upstream.requests.length === 0) await pause(10)
  connection.destroy()
  t.match(await lineOf(stage), {
    status: 499,
    reason: 'client_closed_request',
    thumbprint: client.thumbprint,
  })
})

t.test('an answer that breaks off half-way is not logged as one that got through', async (t) => {
  const stage = await startEdgeStage(t)
  stage.upstream.answerWith(async ({ request: { ended }, response }) => {
    await ended
    response.writeHead(200, { 'content-length': 1_000_000 })
    response.write('x'.repeat(500_000), () => setTimeout(() => response.socket?.destroy(), 50))
  })
  const connection = await open(stage)
  connection.write(request('POST /oauth/token'))
  await connection.waitForClose()
  t.match(await lineOf(stage), { status: 200, reason: 'answer_broken_off' })
})

t.test('a refusal that the HTTP parser cuts short has its line', async (t) => {
  // Attack: framing that readers understand in different ways. Whoever tries it must be seen.
  const stage = await startEdgeStage(t)
  const connection = await open(stage)
  connection.write(request('POST /oauth/token', 'Transfer-Encoding: xchunked\r\n'))
  await connection.waitForClose()
  t.match(await lineOf(stage), { status: 400, reason: 'ambiguous_framing' })
})
