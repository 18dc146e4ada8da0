import t from 'tap'
import { codeOf, headerOf, requestOf, startEdge } from './edge-in-test.ts'

const form = 'Content-Type: application/x-www-form-urlencoded'

const tooLarge = 'FST_AUTH0_FORWARDER_BODY_TOO_LARGE'

t.test('a Content-Length over the limit is refused at once', async (t) => {
  const { upstream, connect } = await startEdge(t, { options: { maxBodyBytes: 1000 } })
  for (const length of ['1001', '1048577', '999999999999999']) {
    const connection = await connect()
    const response = await connection.request(
      requestOf('POST /', [form, `Content-Length: ${length}`]),
    )
    t.equal(response.status, 413, length)
    t.equal(codeOf(response), tooLarge, length)
    t.equal(headerOf(response, 'connection'), 'close', length)
    await connection.waitForClose()
  }
  t.equal(upstream.connections.opened, 0)
})

t.test('a body of exactly the limit passes', async (t) => {
  const { upstream, send } = await startEdge(t, { options: { maxBodyBytes: 1000 } })
  const body = 'x'.repeat(1000)
  t.equal((await send(requestOf('POST /', ['Content-Length: 1000'], body)))?.status, 200)
  const chunked = requestOf('POST /', ['Transfer-Encoding: chunked'], `3e8\r\n${body}\r\n0\r\n\r\n`)
  t.equal((await send(chunked))?.status, 200)
  t.same(
    upstream.requests.map((request) => request.body.length),
    [1000, 1000],
  )
})

t.test(
  'a chunked body that grows over the limit is cut off at the target and answered 413',
  async (t) => {
    const { upstream, connect } = await startEdge(t, { options: { maxBodyBytes: 100_000 } })
    const connection = await connect()
    const head = requestOf('POST /', [form, 'Transfer-Encoding: chunked'])
    connection.write(`${head}11170\r\n${'x'.repeat(70_000)}\r\n`)
    const reached = await upstream.nextRequest()
    connection.write(`7531\r\n${'x'.repeat(30_001)}\r\n`)
    const response = await connection.nextResponse('POST')
    t.equal(response.status, 413)
    t.equal(codeOf(response), tooLarge)
    t.equal(headerOf(response, 'connection'), 'close')
    await connection.waitForClose()
    await reached.ended
    t.equal(reached.complete, false, 'the request to the target was never completed')
  },
)

t.test('a small chunked body that grows over the limit never reaches the target', async (t) => {
  const { upstream, connect } = await startEdge(t, { options: { maxBodyBytes: 1000 } })
  const connection = await connect()
  const head = requestOf('POST /', [form, 'Transfer-Encoding: chunked'])
  connection.write(`${head}1f4\r\n${'x'.repeat(500)}\r\n`)
  connection.write(`1f5\r\n${'x'.repeat(501)}\r\n`)
  const response = await connection.nextResponse('POST')
  t.equal(response.status, 413)
  t.equal(codeOf(response), tooLarge)
  t.equal(headerOf(response, 'connection'), 'close')
  await connection.waitForClose()
  t.equal(upstream.connections.opened, 0)
})

t.test('the limit is 1 MiB where none is chosen', async (t) => {
  const { send } = await startEdge(t)
  const response = await send(requestOf('POST /', ['Content-Length: 1048577']))
  t.equal(codeOf(response), tooLarge)
})
