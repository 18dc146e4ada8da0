import t from 'tap'
import { codeOf, pki, requestOf, startEdge } from './edge-in-test.ts'

const victim = { kind: 'ca-verified', raw: pki.client().der } as const

const ourNames = [
  'x-forwarded-for',
  'cname-api-key',
  'client-certificate',
  'client-certificate-ca-verified',
]

/*
 * The attack: RFC 9110 makes an intermediary remove what `Connection` names. A proxy that strips after it has added its
 * own headers lets the client name those away: without `client-certificate` a token is not bound to a certificate.
 */
t.test('Connection cannot name a header of ours away', async (t) => {
  const { upstream, send } = await startEdge(t, { clientCertificate: victim })
  for (const name of [...ourNames, 'Client-Certificate', 'connection', 'close, cname-api-key']) {
    upstream.forget()
    t.equal((await send(requestOf('GET /', [`Connection: ${name}`])))?.status, 200, name)
    for (const ours of ourNames) t.equal(upstream.requests[0]?.valuesOf(ours).length, 1, ours)
  }
})

t.test('what else Connection names is removed, from every field of it', async (t) => {
  const { upstream, send } = await startEdge(t)
  await send(
    requestOf('GET /', [
      'X-First: 1',
      'Connection: keep-alive, x-first',
      'x-second: 2',
      'x-third: 3',
      'connection:  X-SECOND ,, close',
    ]),
  )
  const [reached] = upstream.requests
  t.same(reached?.valuesOf('x-first'), [])
  t.same(reached?.valuesOf('x-second'), [])
  t.same(reached?.valuesOf('x-third'), ['3'])
})

t.test('a Connection that names an end-to-end field is refused', async (t) => {
  const { upstream, send } = await startEdge(t)
  const names = [
    'authorization',
    'DPoP',
    'cookie',
    'content-type',
    'Content-Length',
    'content-encoding',
    'Cache-Control',
    'host',
    'x-fapi-auth-date',
    'auth0-forwarded-for',
    'x-other, authorization',
    'authorization, x-other',
  ]
  for (const name of names) {
    const response = await send(requestOf('POST /', [`Connection: ${name}`, 'Content-Length: 0']))
    t.equal(response?.status, 400, name)
    t.equal(codeOf(response), 'FST_AUTH0_FORWARDER_INVALID_CONNECTION_HEADER', name)
  }
  t.equal(upstream.requests.length, 0)
})
