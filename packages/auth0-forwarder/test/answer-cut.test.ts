/*
 * An answer may be cut anywhere, by a target that fails or by somebody on the way to it: at no byte is what came taken for the whole
 * answer, and nobody else gets the rest.
 */
import t from 'tap'
import { requestOf, startEdge } from './edge-in-test.ts'
import { startRawTarget, whole } from './raw-target.ts'

const answers: Readonly<Record<string, string>> = {
  'with a length':
    'HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789',
  'in chunks':
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\n01234\r\n5\r\n56789\r\n0\r\nX: y\r\n\r\n',
}

for (const how of ['end', 'destroy'] as const) {
  for (const [kind, answer] of Object.entries(answers)) {
    t.test(`an answer ${kind} is whole at its end alone, by ${how}`, async (t) => {
      let cut = 0
      const target = await startRawTarget(t, (socket, { requests }) => {
        if (requests.at(-1)?.path === '/next') socket.write(whole('next'))
        else socket.write(answer.slice(0, cut), () => socket[how]())
      })
      const { connect } = await startEdge(t, { options: { forwardingTarget: target.origin } })
      const statuses = new Set<unknown>()
      for (cut = 0; cut < answer.length; cut += 1) {
        const client = await connect()
        client.write(requestOf('GET /cut'))
        // One that had begun is broken off, and so is no answer.
        const status = await client.nextResponse('GET').then(
          (response) => response.status,
          () => 'broken off',
        )
        statuses.add(status)
        client.destroy()
        const next = await connect()
        t.equal((await next.request(requestOf('GET /next'))).text, 'next', `after ${cut} bytes`)
        next.destroy()
      }
      t.same(statuses, new Set([502, 'broken off']))
    })
  }
}
