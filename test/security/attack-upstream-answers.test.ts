// The attack: answers that two readers understand differently, or that can't be handed on. A target that is compromised, or a
// broken server on the way to it, says a field twice that an answer has once: one reader follows the first Location, another one
// the last. Node refuses to send such a field twice over HTTP/2; it did so in the middle of the forwarder's work, and the client
// waited for ever while its stream and its place were held. The victims are browsers of the custom domain: each must get an
// answer or an end, and who asks next is served.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { openHttp2Connection, rawTlsRequest } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import {
  CUSTOM,
  type EdgeStage,
  request,
  servers,
  startEdgeStage,
} from '../../packages/edge/test/edge-stage.ts'

const PATIENCE = 30_000
const METHODS = ['GET', 'HEAD'] as const
type Method = (typeof METHODS)[number]

/** Answers each request by its path, byte for byte. */
async function startRawTarget(t: Test, answers: ReadonlyMap<string, string>): Promise<number> {
  const { chainPem, keyPem } = servers.server('localhost')
  const target = createServer({ cert: chainPem, key: keyPem }, (socket) => {
    let received = ''
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1')
      const heads = received.split('\r\n\r\n')
      received = heads.pop() ?? ''
      for (const head of heads) socket.write(answers.get(head.split(' ')[1] ?? '') ?? WHOLE)
    })
  })
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  t.teardown(() => target.close())
  const { port } = target.address() as AddressInfo // A TCP server that listens has one.
  return port
}

const WHOLE = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
}

/** Asks over both versions; null where the answer is broken off. */
async function startClients(t: Test, answers: ReadonlyMap<string, string>) {
  const port = await startRawTarget(t, answers)
  const stage: EdgeStage = await startEdgeStage(t, (domain) => ({
    ...domain,
    http2: true,
    auth0: { ...domain.auth0, forwardingTarget: `https://localhost:${port}` },
  }))
  const client = { port: stage.edge.port, servername: CUSTOM, ca: servers.root.pem }
  const http2 = await openHttp2Connection(client)
  t.teardown(() => http2.destroy())
  return {
    'HTTP/1.1': async (method: Method, path: string): Promise<Answer | null> => {
      const bytes = request(`${method} ${path}`, '', CUSTOM)
      const { response } = await rawTlsRequest({ ...client, bytes, timeout: PATIENCE })
      return response
    },
    'HTTP/2': async (method: Method, path: string): Promise<Answer | null> =>
      await http2.ask({ ':method': method, ':path': path }).catch(() => null),
  }
}

/** Two fields of a name, and what the client may see of it. */
const REPEATED = {
  location: '/first',
  'content-type': 'text/first',
  etag: '"first"',
  'retry-after': '1',
  date: 'Thu, 01 Jan 1970 00:00:00 GMT',
  'access-control-allow-credentials': 'true',
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=1',
}

t.test('of a field that an answer has once, every client gets the first', async (t) => {
  const twice = (name: string, first: string) =>
    `HTTP/1.1 200 OK\r\n${name}: ${first}\r\n${name}: other\r\nContent-Length: 2\r\n\r\nok`
  const answers = Object.entries(REPEATED).map(
    ([name, first]) => [`/${name}`, twice(name, first)] as const,
  )
  const clients = await startClients(t, new Map(answers))
  for (const [version, ask] of Object.entries(clients))
    for (const method of METHODS)
      for (const [name, first] of Object.entries(REPEATED)) {
        const answer = await ask(method, `/${name}`)
        t.match(
          answer,
          { status: 200, headers: { [name]: first } },
          `${name}, ${method} ${version}`,
        )
      }
})

t.test('an answer that Node does not send ends, and the next one is served', async (t) => {
  const nonsense = 'HTTP/1.1 200 OK\r\nUser-Agent: a\r\nUser-Agent: b\r\nContent-Length: 0\r\n\r\n'
  const clients = await startClients(t, new Map([['/nonsense', nonsense]]))
  for (const method of METHODS) {
    t.equal(await clients['HTTP/2'](method, '/nonsense'), null, `${method}: it is reset`)
    t.match(await clients['HTTP/2'](method, '/next'), { status: 200 })
  }
})

t.test('an answer without a body is whole, whatever length it names', async (t) => {
  const statuses = [204, 304] as const
  const answers = statuses.map(
    (status) => [`/${status}`, `HTTP/1.1 ${status} x\r\nContent-Length: 10\r\n\r\n`] as const,
  )
  const clients = await startClients(t, new Map(answers))
  for (const [version, ask] of Object.entries(clients))
    for (const method of METHODS)
      for (const status of statuses) {
        t.match(await ask(method, `/${status}`), { status }, `${status}, ${method} ${version}`)
        t.match(await ask('GET', '/next'), { status: 200 })
      }
})
