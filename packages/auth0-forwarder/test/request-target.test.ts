import { EventEmitter, once } from 'node:events'
import { dropConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { codeOf, headerOf, requestOf, startEdge } from './edge-in-test.ts'

const targets = [
  '/',
  '/oauth/token',
  '/authorize?client_id=a&redirect_uri=https%3A%2F%2Fa%2Fcb&scope=openid+email&state=%7e',
  '/a?',
  '/a?b?c=//d',
  '//oauth/token',
  '/oauth//token',
  '/./oauth/../token',
  '/oauth/%2e%2E/token',
  '/oauth%2ftoken',
  '/oauth/%6Fken;x=y',
  '/a\\b',
  '/a"b<c>d|e{f}^`',
  '/@attacker.example/',
]

t.test(
  'the target goes out byte for byte: nothing is normalised, resolved or decoded',
  async (t) => {
    const { upstream, send } = await startEdge(t, {
      setUp: (scope) =>
        scope.setNotFoundHandler((_request, reply) => {
          reply.forwardToAuth0({ clientCertificate: null })
        }),
    })
    for (const target of targets) {
      upstream.forget()
      const response = await send(requestOf(`GET ${target}`))
      t.equal(response?.status, 200, target)
      t.equal(upstream.requests[0]?.url, target, target)
      t.same(upstream.requests[0]?.valuesOf('host'), [`localhost:${upstream.port}`], target)
    }
  },
)

/*
 * The attack: a target in absolute form names a host of its own, and a server that goes by it (RFC 9112 section 3.2.2)
 * answers for that host, with our key in hand.
 */
t.test('a target that is not a path is refused', async (t) => {
  const { upstream, send } = await startEdge(t, {
    setUp: (scope) =>
      scope.setNotFoundHandler((_request, reply) => {
        reply.forwardToAuth0({ clientCertificate: null })
      }),
  })
  const bad = ['https://attacker.example/', 'http://auth.example.com/userinfo', '/userinfo#x', '/#']
  for (const line of [...bad.map((target) => `GET ${target}`), 'OPTIONS *']) {
    const response = await send(requestOf(line))
    t.equal(response?.status, 400, line)
    t.equal(codeOf(response), 'FST_AUTH0_FORWARDER_INVALID_TARGET', line)
  }
  t.equal(upstream.requests.length, 0)
})

/*
 * The attack: TRACE asks the server for the request as it received it, and so for the key that the edge has added.
 */
t.test('TRACE is refused', async (t) => {
  const { upstream, send } = await startEdge(t, {
    setUp: (scope) => {
      scope.setNotFoundHandler((_request, reply) => {
        reply.forwardToAuth0({ clientCertificate: null })
      })
    },
  })
  const response = await send(requestOf('TRACE /'))
  t.equal(response?.status, 405)
  t.equal(codeOf(response), 'FST_AUTH0_FORWARDER_METHOD_NOT_FORWARDED')
  t.match(headerOf(response, 'allow'), /\bGET\b.*\bPOST\b/)
  t.notMatch(headerOf(response, 'allow'), /TRACE|CONNECT/)
  t.equal(upstream.requests.length, 0)
})

t.test('a request is forwarded once, and never around the header rule', async (t) => {
  const { upstream, send } = await startEdge(t, {
    setUp: (scope) => {
      scope.get('/twice', (_request, reply) => {
        reply.forwardToAuth0({ clientCertificate: null })
        return reply.forwardToAuth0({ clientCertificate: null })
      })
      scope.get('/around', (_request, reply) =>
        Reflect.apply(Reflect.get(reply, 'from'), reply, ['/userinfo']),
      )
    },
  })
  t.equal(codeOf(await send(requestOf('GET /twice'))), 'FST_AUTH0_FORWARDER_ALREADY_FORWARDED')
  t.equal(codeOf(await send(requestOf('GET /around'))), 'FST_AUTH0_FORWARDER_UNGUARDED_FORWARDING')
  t.ok(upstream.requests.length <= 1)
  t.notOk(upstream.requests.some((request) => request.url === '/userinfo'))
})

t.test('a client that has gone before its request is forwarded is not forwarded', async (t) => {
  const events = new EventEmitter<{ arrived: []; refused: [code: string] }>()
  const arrived = once(events, 'arrived')
  const refused = once(events, 'refused')
  const { upstream, connect } = await startEdge(t, {
    setUp: (scope) => {
      scope.addHook('onError', async (_request, _reply, error) => {
        events.emit('refused', error.code)
      })
      scope.get('/late', async (_request, reply) => {
        events.emit('arrived')
        await once(reply.raw, 'close')
        return reply.forwardToAuth0({ clientCertificate: null })
      })
    },
  })
  const connection = await connect()
  connection.write(requestOf('GET /late'))
  await arrived
  connection.destroy()
  t.same(await refused, ['FST_AUTH0_FORWARDER_CLIENT_CLOSED_REQUEST'])
  t.equal(upstream.connections.opened, 0)
})

t.test(
  'a response that the service has begun itself is cut off when forwarding fails',
  async (t) => {
    const { connect } = await startEdge(t, {
      handler: dropConnection(),
      setUp: (scope) => {
        scope.get('/begun', (_request, reply) => {
          reply.raw.write('begun')
          return reply.forwardToAuth0({ clientCertificate: null })
        })
      },
    })
    const connection = await connect()
    connection.write(requestOf('GET /begun'))
    await t.rejects(connection.nextResponse('GET'), /closed before a complete response/)
    t.match(connection.unread().toString(), /begun\r\n$/)
  },
)

t.test('a refusal costs the connection where a body is still to come, and else not', async (t) => {
  const { connect, upstream } = await startEdge(t)
  const chunked = 'Transfer-Encoding: chunked'
  for (const [line, headers, connection] of [
    ['GET /a#b', [], 'keep-alive'],
    ['POST /a#b', [], 'keep-alive'],
    ['POST /a#b', ['Content-Length: 0'], 'keep-alive'],
    ['POST /a#b', ['Content-Length: 1'], 'close'],
    ['POST /a#b', [chunked], 'close'],
  ] as const) {
    const client = await connect()
    const response = await client.request(requestOf(line, headers))
    t.equal(response.status, 400, line)
    t.equal(codeOf(response), 'FST_AUTH0_FORWARDER_INVALID_TARGET', line)
    t.equal(headerOf(response, 'connection'), connection, `${line} ${headers}`)
    client.destroy()
  }
  t.equal(upstream.requests.length, 0)
  upstream.answerWith(dropConnection())
  const client = await connect()
  for (const framed of [requestOf('POST /', ['Content-Length: 3'], 'a=b'), requestOf('POST /')]) {
    const response = await client.request(framed)
    t.equal(response.status, 502)
    t.equal(headerOf(response, 'connection'), 'keep-alive', 'all of the body had come')
  }
  client.destroy()
})
