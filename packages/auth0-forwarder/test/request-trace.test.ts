import t from 'tap'
import { startEdge } from './edge-in-test.ts'

const FROM_CLIENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const OURS = '00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01'

const requestOf = (headers: string, body = ''): string =>
  `POST /oauth/token HTTP/1.1\r\nHost: a\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`

t.test("the handler's request id is sent, and the target's is not passed back", async (t) => {
  const { upstream, send } = await startEdge(t, {
    forward: { requestId: 'ours' },
    handler: ({ response }) => {
      response.setHeader('x-request-id', 'theirs').end('{}')
    },
  })
  const answer = await send(requestOf('X-Request-Id: chosen\r\n'))
  t.same(upstream.requests[0]?.valuesOf('x-request-id'), ['ours'])
  t.equal(answer?.headers['x-request-id'], undefined)
})

t.test("a trace of the handler's takes the place of the client's, which passes else", async (t) => {
  const headers = `TraceParent: ${FROM_CLIENT}\r\ntraceparent: ${FROM_CLIENT}\r\ntracestate: a=b\r\n`
  const traced = await startEdge(t, { forward: { onSend: () => ({ traceparent: OURS }) } })
  await traced.send(requestOf(headers))
  t.same(traced.upstream.requests[0]?.valuesOf('traceparent'), [OURS])
  t.same(traced.upstream.requests[0]?.valuesOf('tracestate'), ['a=b'])
  const plain = await startEdge(t, { forward: { onSend: () => undefined } })
  await plain.send(requestOf(headers))
  t.same(plain.upstream.requests[0]?.valuesOf('traceparent'), [FROM_CLIENT, FROM_CLIENT])
})

t.test('says when the request is sent: once its small body is there', async (t) => {
  let sent = 0
  const { connect } = await startEdge(t, {
    forward: {
      onSend: () => {
        sent += 1
        return undefined
      },
    },
  })
  const connection = await connect()
  const bytes = requestOf('', 'grant_type=a')
  connection.write(bytes.slice(0, -1))
  // A round trip on another connection: the first request has been read by then.
  await (await connect()).request(requestOf('', 'a'))
  t.equal(sent, 1)
  await connection.request(bytes.slice(-1))
  t.equal(sent, 2)
})
