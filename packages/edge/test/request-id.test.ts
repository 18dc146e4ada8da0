import t from 'tap'
import { createRequestId } from '../dist/domain/request-id.js'
import { ALIAS, CUSTOM, clients, request, startEdgeStage } from './edge-stage.ts'

const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/

t.test('one id for the client, for Auth0 and for the log, chosen by the edge', async (t) => {
  // The attack: a client that chooses the id makes its request look like another one in the logs of both sides.
  const stage = await startEdgeStage(t)
  const mine = 'X-Request-Id: chosen\r\nx-request-ID: again\r\n'
  stage.upstream.answerWith(({ response }) => {
    response.setHeader('x-request-id', 'of the target').end('{}')
  })
  for (const host of [ALIAS, CUSTOM]) {
    const { headers } = await stage.ask({
      bytes: request('POST /oauth/token', mine, host),
      certificate: clients.client(),
      servername: host,
    })
    const id = headers['x-request-id']
    t.match(id, UUID)
    t.same(stage.upstream.requests.at(-1)?.valuesOf('x-request-id'), [id])
    const line = stage.log.findLast(({ event }) => event === 'request')
    t.equal(line?.requestId, id)
  }
})

t.test('a refusal has one too', async (t) => {
  const stage = await startEdgeStage(t)
  for (const line of ['POST /oauth/token', 'GET /%zz', 'GET /not/there', 'PUT /oauth/token']) {
    const { status, headers } = await stage.ask({ bytes: request(line, 'x-request-id: a\r\n') })
    t.ok(status >= 400)
    t.match(headers['x-request-id'], UUID, line)
    t.ok(stage.log.some(({ requestId }) => requestId === headers['x-request-id']))
  }
})

t.test('each id is a random UUID of its own, and stays what it was', async (t) => {
  const ids = Array.from({ length: 1_000 }, createRequestId)
  t.equal(new Set(ids).size, 1_000)
  const random = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  t.same(
    ids.filter((id) => !random.test(id)),
    [],
  )
})
