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
