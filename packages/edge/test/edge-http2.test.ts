import { once } from 'node:events'
import { type Issued, openHttp2Connection, openTlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import {
  ALIAS,
  API_KEY,
  CUSTOM,
  clients,
  type EdgeStage,
  request,
  servers,
  startEdgeStage,
} from './edge-stage.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const tokenRequest = { ':method': 'POST', ':path': '/oauth/token', ...form }

async function connectTo(
  t: Test,
  { edge }: EdgeStage,
  servername: string,
  certificate?: Issued,
): Promise<Awaited<ReturnType<typeof openHttp2Connection>>> {
  const connection = await openHttp2Connection({
    port: edge.port,
    servername,
    ca: servers.root.pem,
    ...(certificate === undefined ? {} : { certificate }),
  })
  t.teardown(() => connection.destroy())
  return connection
}

const protocolOf = async (
  t: Test,
  { edge }: EdgeStage,
  servername: string,
  offered: string[],
): Promise<string | false | null> => {
  const connection = await openTlsConnection({
    port: edge.port,
    servername,
    ca: servers.root.pem,
    tls: { ALPNProtocols: offered },
  })
  t.teardown(() => connection.destroy())
  return connection.socket.alpnProtocol
}

t.test('without http2, HTTP/1.1 alone is offered', async (t) => {
  const stage = await startEdgeStage(t)
  for (const host of [CUSTOM, ALIAS]) {
    t.equal(await protocolOf(t, stage, host, ['h2', 'http/1.1']), 'http/1.1')
    await t.rejects(protocolOf(t, stage, host, ['h2']), {
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    })
  }
})

t.test('with http2, both hosts speak it and HTTP/1.1', async (t) => {
  const stage = await startEdgeStage(t, (domain) => ({ ...domain, http2: true }))
  const client = clients.client()
  for (const host of [CUSTOM, ALIAS]) {
    t.equal(await protocolOf(t, stage, host, ['h2', 'http/1.1']), 'h2')
    t.equal(await protocolOf(t, stage, host, ['http/1.1']), 'http/1.1')
    await t.rejects(protocolOf(t, stage, host, ['h3']), {
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    })
  }

  await t.test('on the alias, with the certificate of the connection', async (t) => {
    const connection = await connectTo(t, stage, ALIAS, client)
    stage.upstream.forget()
    const forged = {
      'client-certificate': 'forged',
      cname_api_key: 'x',
      'x-forwarded-for': '1.1.1.1',
    }
    for (const body of ['grant_type=client_credentials', 'x'.repeat(200_000)]) {
      const answer = await connection.ask({ ...tokenRequest, ...forged }, body)
      t.match(answer, { status: 200 })
      const reached = stage.upstream.requests.at(-1)
      t.equal(reached?.body.toString(), body)
      t.match(reached?.headers, {
        'client-certificate': encodeURIComponent(client.pem),
        'client-certificate-ca-verified': 'SUCCESS',
        'cname-api-key': API_KEY,
        'x-forwarded-for': '127.0.0.1',
      })
    }
    t.equal(stage.upstream.requests.length, 2)
  })

  await t.test('many streams at a time, each with its own answer', async (t) => {
    const connection = await connectTo(t, stage, ALIAS, client)
    stage.upstream.forget()
    const bodies = Array.from({ length: 50 }, (_, index) => `number=${index}`)
    const answers = await Promise.all(bodies.map((body) => connection.ask(tokenRequest, body)))
    t.ok(answers.every(({ status }) => status === 200))
    t.same(stage.upstream.requests.map(({ body }) => body.toString()).sort(), bodies.sort())
  })

  await t.test('on the custom domain, without one', async (t) => {
    const connection = await connectTo(t, stage, CUSTOM)
    stage.upstream.forget()
    const answer = await connection.ask({ ':path': '/authorize?a=b' })
    t.match(answer, { status: 200, headers: { 'strict-transport-security': /max-age/ } })
    t.equal(stage.upstream.requests[0]?.url, '/authorize?a=b')
    t.notOk(stage.upstream.requests[0]?.headers['client-certificate'])
  })

  await t.test('HTTP/1.1 goes on beside it', async (t) => {
    const answer = await stage.ask({ bytes: request('POST /oauth/token'), certificate: client })
    t.match(answer, { status: 200 })
    t.equal((await stage.ask({ bytes: request('POST /oauth/token') })).status, 401)
  })
})

t.test('the guard and the verdict are those of HTTP/1', async (t) => {
  const stage = await startEdgeStage(t, (domain) => ({ ...domain, http2: true }))
  const good = await connectTo(t, stage, ALIAS, clients.client())
  const rows = [
    ['another path', { ':path': '/' }, 404, 'path_not_allowed'],
    ['a look-alike', { ':path': '//oauth/token' }, 404, 'path_not_allowed'],
    ['another method', { ':method': 'GET' }, 405, 'method_not_allowed'],
    ['the other host of the domain', { ':authority': CUSTOM }, 421, 'misdirected_request'],
    ['a foreign host', { ':authority': 'evil.example' }, 421, 'misdirected_request'],
    ['two hosts', { host: CUSTOM, ':authority': ALIAS }, 400, 'bad_host'],
    ['another expectation', { expect: 'a miracle' }, 400, 'expectation_refused'],
    ['a body that is too large', { 'content-length': '2000000' }, 413, 'body_too_large'],
  ] as const
  for (const [title, headers, status, reason] of rows) {
    stage.upstream.forget()
    const body = 'content-length' in headers ? 'x'.repeat(2_000_000) : undefined
    const answer = await good.ask({ ...tokenRequest, ...headers }, body)
    t.equal(answer.status, status, title)
    t.match(JSON.parse(answer.text), {
      error: 'invalid_request',
      error_description: new RegExp(`^${reason}:`),
    })
    t.match(answer.headers, { 'cache-control': 'no-store' })
    t.same(stage.upstream.requests, [], title)
  }
  t.equal((await good.ask({ ...tokenRequest, host: ALIAS })).status, 200)

  const stranger = await connectTo(t, stage, ALIAS)
  const answer = await stranger.ask(tokenRequest)
  t.equal(answer.status, 401)
  t.match(JSON.parse(answer.text), {
    error: 'invalid_client',
    error_description: /^no_certificate:/,
  })
})

t.test('a body over the limit is refused while it streams', async (t) => {
  const stage = await startEdgeStage(t, (domain) => ({ ...domain, http2: true }))
  const connection = await connectTo(t, stage, ALIAS, clients.client())
  const stream = connection.session.request(tokenRequest)
  stream.on('error', () => {})
  stream.resume()
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const [headers] = await Promise.all([
    once(stream, 'response').then(([received]) => received),
    (async () => {
      for (let sent = 0; sent < 40 && !stream.closed && stream.writable; sent++) {
        if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), once(stream, 'close')])
      }
    })(),
  ])
  t.equal(headers[':status'], 413)
  t.ok(stage.upstream.requests.every(({ complete }) => !complete))
  // The stream is over; the connection is not.
  t.equal((await connection.ask(tokenRequest, 'a=b')).status, 200)
})
