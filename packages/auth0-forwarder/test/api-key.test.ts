import { inspect } from 'node:util'
import { auth0Forwarder } from '@mtls-edge/auth0-forwarder'
import { dropConnection } from '@mtls-edge/testkit'
import fastify from 'fastify'
import t from 'tap'
import { apiKey, codeOf, requestOf, startEdge } from './edge-in-test.ts'

t.test('the key is read for each request, so that a new one takes effect at once', async (t) => {
  let key = 'first'
  const { upstream, send } = await startEdge(t, { options: { cnameApiKey: () => key } })
  await send(requestOf('GET /'))
  key = 'second'
  await send(requestOf('GET /'))
  t.same(
    upstream.requests.flatMap((request) => request.valuesOf('cname-api-key')),
    ['first', 'second'],
  )
})

t.test('a key that cannot be sent is an error that does not show it', async (t) => {
  const lines: string[] = []
  let key: unknown
  const cnameApiKey = () => {
    if (key instanceof Error) throw key
    return key as string // What a function written in JavaScript may return.
  }
  const { upstream, send } = await startEdge(t, {
    options: { cnameApiKey },
    onLog: (line) => lines.push(line),
  })
  const bad = [undefined, null, '', 7, 'half-secret\n', 'half-secret\r\nx: y', 'half-secret é']
  for (const given of [...bad, new Error('half-secret')]) {
    key = given
    const response = await send(requestOf('GET /'))
    t.equal(response?.status, 500, String(given))
    t.equal(codeOf(response), 'FST_AUTH0_FORWARDER_INVALID_API_KEY', String(given))
    t.notMatch(response?.text, 'half-secret')
  }
  t.notMatch(lines.join(''), 'half-secret')
  t.equal(upstream.requests.length, 0)
})

t.test('the key is in no log line, no answer and no error, whatever goes wrong', async (t) => {
  const seen: string[] = []
  const { upstream, send } = await startEdge(t, {
    onLog: (line) => seen.push(line),
    setUp: (scope) => {
      scope.addHook('onError', async (_request, _reply, error) => {
        seen.push(inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true }))
      })
    },
  })
  const requests = [
    requestOf('GET /'),
    requestOf('GET /', ['Connection: authorization']),
    requestOf('GET /', ['Content-Length: 1'], 'x'),
    requestOf('POST /', ['Content-Length: 9999999']),
  ]
  for (const bytes of requests) seen.push((await send(bytes))?.text ?? '')
  upstream.answerWith(dropConnection())
  for (const bytes of requests) seen.push((await send(bytes))?.text ?? '')
  t.ok(upstream.requests.length > 0)
  t.match(seen.join(''), 'FST_AUTH0_FORWARDER_UPSTREAM_UNREACHABLE')
  t.notMatch(seen.join(''), apiKey)
})

t.test('the key that a function gives is not to be seen in the service', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  const read = { count: 0 }
  await app.register(auth0Forwarder, {
    forwardingTarget: 'https://127.0.0.1:1',
    cnameApiKey: () => {
      read.count += 1
      return apiKey
    },
  })
  app.get('/', (_request, reply) => reply.forwardToAuth0({ clientCertificate: null }))
  await app.inject('/')
  t.equal(read.count, 1)
  t.notMatch(inspect(app, { depth: 8, showHidden: true }), apiKey)
  t.notMatch(app.printPlugins(), apiKey)
})
