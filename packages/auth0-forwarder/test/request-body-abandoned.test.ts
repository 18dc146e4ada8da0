import { once } from 'node:events'
import type { UpstreamHandler } from '@mtls-edge/testkit'
import t from 'tap'
import { requestOf, startEdge } from './edge-in-test.ts'

const form = 'Content-Type: application/x-www-form-urlencoded'

t.test(
  'a client that goes away in the middle of a body takes the request to the target with it',
  async (t) => {
    const { upstream, connect } = await startEdge(t)
    const part = 'x'.repeat(70_000)
    for (const [framing, body] of [
      ['Content-Length: 100000', part],
      ['Transfer-Encoding: chunked', `11170\r\n${part}\r\n`],
    ] as const) {
      const connection = await connect()
      connection.write(requestOf('POST /', [form, framing], body))
      const reached = await upstream.nextRequest()
      connection.destroy()
      await reached.ended
      t.equal(reached.complete, false, framing)
    }
  },
)

t.test(
  'a client that goes away while it waits takes the request to the target with it',
  async (t) => {
    // Only the client's going away may end it within the time of this test.
    const options = { timeouts: { headers: 600_000 } }
    const closed: Promise<unknown>[] = []
    const handler: UpstreamHandler = ({ response }) => {
      closed.push(once(response, 'close'))
    }
    const { upstream, connect } = await startEdge(t, { handler, options })
    for (const bytes of [requestOf('GET /'), requestOf('POST /', ['Content-Length: 3'], 'a=b')]) {
      const connection = await connect()
      connection.write(bytes)
      await (await upstream.nextRequest()).ended
      connection.destroy()
      await Promise.all(closed)
    }
    t.equal(closed.length, 2)
  },
)

t.test(
  'a request whose body was not read to its end, answered by a hook or the handler, holds up no other',
  async (t) => {
    const { connect, upstream } = await startEdge(t, {
      setUp(scope) {
        scope.post('/itself', (_request, reply) => {
          reply.forwardToAuth0({ clientCertificate: null })
          setTimeout(() => reply.code(418).send('itself'), 100)
          return reply
        })
      },
    })
    const body = 'x'.repeat(400_000)
    for (const sent of [10, 70_000]) {
      const connection = await connect()
      connection.write(
        requestOf('POST /itself', [form, `Content-Length: ${body.length}`], body.slice(0, sent)),
      )
      t.equal((await connection.nextResponse('POST')).status, 418)
      connection.write(body.slice(sent))
      connection.write(requestOf('POST /next', [form, 'Content-Length: 3'], 'a=b'))
      t.equal((await connection.nextResponse('POST')).status, 200, `answered after ${sent} bytes`)
      connection.destroy()
    }
    t.equal(upstream.requests.at(-1)?.url, '/next')
  },
)
