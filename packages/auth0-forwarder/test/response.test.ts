import {
  answerBytes,
  answerJson,
  hopByHopHeaders,
  informational,
  rawAnswer,
  redirect,
} from '@mtls-edge/testkit'
import t from 'tap'
import { headerOf, requestOf, startEdge } from './edge-in-test.ts'

t.test('what the target says to the client passes', async (t) => {
  const headers = {
    'dpop-nonce': 'eyJ7S_zG.eyJH0-Z.HX4w-7v',
    'www-authenticate': ['DPoP error="use_dpop_nonce"', 'Bearer realm="x"'],
    'x-ratelimit-limit': '10',
    'x-ratelimit-remaining': '9',
    'x-ratelimit-reset': '1793000000',
    'set-cookie': ['did=1; Path=/; HttpOnly', 'auth0=2; Secure', 'did_compat=3'],
    'cache-control': 'no-store',
    pragma: 'no-cache',
    vary: 'Accept-Encoding',
    etag: 'W/"7"',
    'strict-transport-security': 'max-age=31536000',
    server: 'cloudflare',
    'x-latin': 'caf\xe9',
    'content-type': 'application/json; charset=utf-8',
  }
  const { send } = await startEdge(t, {
    handler: answerBytes(Buffer.from('{"token":1}'), 401, headers),
  })
  const response = await send(requestOf('POST /oauth/token'))
  t.equal(response?.status, 401)
  t.equal(response?.text, '{"token":1}')
  t.equal(headerOf(response, 'content-length'), '11')
  for (const [name, value] of Object.entries(headers)) {
    const sent = response?.rawHeaders.filter((_, at, all) => all[at - 1]?.toLowerCase() === name)
    t.same(sent, typeof value === 'string' ? [value] : value, name)
  }
})

t.test(
  'hop-by-hop headers of the target, and what its Connection names, do not pass',
  async (t) => {
    const { send } = await startEdge(t, { handler: hopByHopHeaders() })
    const response = await send(requestOf('GET /'))
    t.equal(response?.status, 200)
    t.equal(response?.text, '{"ok":true}')
    const names = Object.keys(response?.headers ?? {}).sort()
    t.same(names, ['connection', 'content-length', 'content-type', 'date', 'keep-alive'])
    t.equal(headerOf(response, 'connection'), 'keep-alive')
    t.not(headerOf(response, 'keep-alive'), 'timeout=42', "Node's own, for the client's connection")
  },
)

t.test('nothing that is for the connection to the target passes', async (t) => {
  const names = ['Trailer', 'HTTP2-Settings', 'TE', 'Upgrade', 'Keep-Alive', 'Alt-Svc', '__proto__']
  const fields = [...names, 'Proxy-Authenticate', 'X-Request-ID'].map((name) => `${name}: x\r\n`)
  const bytes = `HTTP/1.1 200 OK\r\nContent-Length: 0\r\n${fields.join('')}\r\n`
  const { connect } = await startEdge(t, { handler: rawAnswer(bytes) })
  const connection = await connect()
  const response = await connection.request('GET / HTTP/1.0\r\nHost: auth.example.com\r\n\r\n')
  const sent = response.rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
  t.same(sent.sort(), ['connection', 'content-length', 'date'])
})

/** Whoever reads behind the edge would choose one of several for itself. */
const single = [
  ...['access-control-allow-credentials', 'access-control-max-age', 'age', 'content-location'],
  ...['content-md5', 'content-range', 'content-type', 'date', 'etag', 'expires', 'last-modified'],
  ...['location', 'retry-after', 'server', 'strict-transport-security', 'x-content-type-options'],
]

t.test('of a field that an answer has once, the first one passes', async (t) => {
  const fields = single.map((name) => `${name}: first\r\n${name}: second\r\n${name}: third\r\n`)
  const joined = ['content-encoding', 'content-language']
  for (const name of joined) fields.push(`${name}: a\r\n${name}: b\r\n`)
  const lists = 'vary: a\r\nVary: b\r\nvary: c\r\n'
  const bytes = `HTTP/1.1 200 OK\r\ncontent-length: 0\r\n${fields.join('')}${lists}\r\n`
  const { send } = await startEdge(t, { handler: rawAnswer(bytes) })
  const response = await send(requestOf('GET /'))
  const valuesOf = (name: string): readonly string[] =>
    response?.rawHeaders.filter((_, at, all) => at % 2 === 1 && all[at - 1] === name) ?? []
  for (const name of single) t.same(valuesOf(name), ['first'], name)
  for (const name of joined) t.same(valuesOf(name), ['a, b'], 'a list that is one field')
  t.same(valuesOf('vary'), ['a', 'b', 'c'], 'and one that is several')
})

/*
 * RFC 9110 section 8.6: no length stands in an answer that never has a body. Clients of HTTP/2 take one for an error, others wait
 * for what it promises.
 */
t.test(
  'an answer that never has a body promises none, and another one keeps its length',
  async (t) => {
    const { upstream, send } = await startEdge(t)
    const answer = async (status: number, body: string, length: number) => {
      const head = `HTTP/1.1 ${status} x\r\nContent-Length: ${length}\r\nETag: "1"\r\n\r\n`
      upstream.answerWith(rawAnswer(head + body))
      const response = await send(requestOf('GET /'))
      t.equal(headerOf(response, 'etag'), '"1"', `${status}`)
      return [response?.status, headerOf(response, 'content-length'), response?.text]
    }
    t.same(await answer(204, '', 5), [204, undefined, ''])
    t.same(await answer(204, '', 0), [204, undefined, ''])
    t.same(await answer(205, '', 0), [205, '0', ''], 'where Node tells its end by it')
    t.same(await answer(206, 'ab', 2), [206, '2', 'ab'])
    t.same(await answer(304, '', 5), [304, '5', ''])
  },
)

t.test('the target cannot name away what every recipient needs', async (t) => {
  const handler = answerBytes('abc', 200, {
    connection: 'close, Content-Length, x-gone',
    'x-gone': '1',
  })
  const { send } = await startEdge(t, { handler })
  const response = await send(requestOf('GET /'))
  t.equal(headerOf(response, 'content-length'), '3')
  t.equal(headerOf(response, 'x-gone'), undefined)
})

t.test('our own names, in any spelling, and alt-svc do not pass', async (t) => {
  const names = [
    'cname-api-key',
    'CNAME_API_KEY',
    'client-certificate',
    'Client_Certificate',
    'client.certificate',
    'client-certificate-ca-verified',
    'x-client-cert',
    'alt-svc',
  ]
  for (const name of names) {
    const { send } = await startEdge(t, { handler: answerJson({}, 200, { [name]: 'x' }) })
    const response = await send(requestOf('GET /'))
    t.equal(response?.status, 200, name)
    t.equal(headerOf(response, name.toLowerCase()), undefined, name)
  }
})

t.test('redirects pass through unfollowed', async (t) => {
  for (const status of [301, 302, 303, 307, 308]) {
    const { upstream, send } = await startEdge(t, { handler: redirect('/elsewhere', status) })
    const response = await send(requestOf('GET /'))
    t.equal(response?.status, status)
    t.equal(headerOf(response, 'location'), '/elsewhere')
    t.equal(upstream.requests.length, 1)
  }
})

t.test('interim responses are swallowed', async (t) => {
  for (const status of [102, 103] as const) {
    const { send } = await startEdge(t, { handler: informational(status) })
    const response = await send(requestOf('GET /'))
    t.equal(response?.status, 200)
    t.same(response?.informational, [])
  }
})

t.test('an HTTP/1.0 client gets its answer and a closed connection', async (t) => {
  const bodies = [
    answerJson({ ok: true }, 200, { connection: 'keep-alive', 'keep-alive': 'timeout=5' }),
    rawAnswer('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n{"ok":true}\r\n0\r\n\r\n'),
  ]
  for (const handler of bodies) {
    const { upstream, connect } = await startEdge(t, { handler })
    const connection = await connect()
    const response = await connection.request('GET / HTTP/1.0\r\nHost: auth.example.com\r\n\r\n')
    t.equal(response.status, 200)
    t.equal(response.text, '{"ok":true}')
    t.equal(headerOf(response, 'connection'), 'close')
    t.equal(headerOf(response, 'transfer-encoding'), undefined)
    t.equal(await connection.waitForClose(), null)
    t.equal(upstream.requests[0]?.httpVersion, '1.1')
  }
})
