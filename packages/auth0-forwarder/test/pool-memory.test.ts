import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { requestOf, startEdge } from './edge-in-test.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

t.test('a connection that is kept keeps nothing of the request it was opened for', async (t) => {
  const requests: WeakRef<object>[] = []
  const { upstream, connect } = await startEdge(t, {
    setUp: (scope) => {
      scope.addHook('onRequest', async (request) => {
        requests.push(new WeakRef(request.raw))
      })
    },
  })
  for (const path of ['/first', '/second']) {
    const client = await connect()
    await client.request(requestOf(`POST ${path}`, ['Content-Length: 6'], 'secret'))
    client.destroy()
    await client.waitForClose()
  }
  t.equal(upstream.connections.open, 1)
  for (let turn = 0; turn < 20 && requests[0]?.deref() !== undefined; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    collectGarbage()
  }
  t.equal(requests[0]?.deref(), undefined)
})
