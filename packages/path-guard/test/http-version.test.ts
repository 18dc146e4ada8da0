import { once } from 'node:events'
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2'
import { connect as connectTls } from 'node:tls'
import { pathGuard } from '@mtls-edge/path-guard'
import { createPki } from '@mtls-edge/testkit'
import Fastify from 'fastify'
import { type Test, test } from 'tap'
import { HOST, HOST_FIELD, startGuardedService } from './guarded-service.ts'
import { exchange, readAnswer } from './raw-exchange.ts'

// The attack: a request line that names a version which is not spoken. Node's parser hands HTTP/2.0 and
// HTTP/0.9, written as text, to the handler; a reader before or after it may frame such a message
// by other rules, answer it without headers, or not close the connection.

const UNSUPPORTED = 'FST_PATH_GUARD_UNSUPPORTED_VERSION'

test('refuses every version but 1.0 and 1.1', async (t) => {
  const strict = [
    ['HTTP/0.9', UNSUPPORTED],
    ['HTTP/2.0', UNSUPPORTED],
    ['HTTP/1.2', null],
    ['HTTP/3.0', null],
    ['HTTP/1', null],
    ['HTTP/2', null],
    ['HTTP/01.1', null],
    ['HTTP/1.10', null],
    ['http/1.1', null],
    ['HTTPS/1.1', null],
    ['ICE/1.0', null],
  ] as const
  for (const guard of [{}, { endpoints: 'any' }] as const) {
    const service = await startGuardedService(t, { guard })
    for (const [version, code] of strict) {
      const bytes = `POST /oauth/token ${version}\r\n${HOST_FIELD}Content-Length: 0\r\n\r\n`
      const answer = await exchange(service.port, bytes)
      t.strictSame([answer.status, answer.code, answer.closed], [400, code, true], version)
    }
    const simple = await exchange(service.port, 'GET /userinfo\r\n\r\n')
    t.strictSame([simple.status, simple.code], [400, UNSUPPORTED], 'a request line without version')
    const preface = await exchange(service.port, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    t.strictSame([preface.status, preface.code], [400, null], 'the preface of HTTP/2')
    t.strictSame(service.reached, [])
  }
})

test('refuses unknown versions by itself where the parser lets them pass', async (t) => {
  const service = await startGuardedService(t, { lenientParser: true })
  for (const version of ['HTTP/1.2', 'HTTP/3.0', 'HTTP/0.0', 'HTTP/9.9']) {
    const bytes = `POST /oauth/token ${version}\r\n${HOST_FIELD}Content-Length: 0\r\n\r\n`
    const answer = await exchange(service.port, bytes)
    t.strictSame([answer.status, answer.code], [400, UNSUPPORTED], version)
  }
  t.strictSame(service.reached, [])
})

test('answers an HTTP/1.0 client and closes, unless it asks to stay', async (t) => {
  const service = await startGuardedService(t)
  const request = (fields: string): string =>
    `POST /oauth/token HTTP/1.0\r\n${HOST_FIELD}${fields}Content-Length: 0\r\n\r\n`
  const plain = await exchange(service.port, request(''))
  t.strictSame([plain.status, plain.closed], [200, true])
  const staying = await exchange(service.port, request('Connection: keep-alive\r\n'))
  t.strictSame([staying.status, staying.closed], [200, false])
})

const PKI = createPki()
const SERVER = PKI.server([HOST, 'other.example'])

async function startHttp2Service(t: Test): Promise<{ port: number; reached: string[] }> {
  const https = { allowHTTP1: true, cert: SERVER.chainPem, key: SERVER.keyPem }
  const app = Fastify({ http2: true, https })
  const reached: string[] = []
  await app.register(pathGuard, { hosts: [HOST, 'other.example'] })
  app.all('/*', async (request) => {
    reached.push(`${request.raw.method} ${request.raw.url}`)
    return request.allowedEndpoint
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('not on a TCP port')
  return { port: address.port, reached }
}

async function openSession(t: Test, port: number): Promise<ClientHttp2Session> {
  const tls = { host: '127.0.0.1', port, servername: HOST, ca: PKI.root.pem, ALPNProtocols: ['h2'] }
  const session = connect(`https://${HOST}`, { createConnection: () => connectTls(tls) })
  await once(session, 'connect')
  t.teardown(() => session.destroy())
  return session
}

async function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
): Promise<{ status: number; code: string | null; allow: unknown }> {
  const stream = session.request({ ':path': '/userinfo', ...headers })
  let body = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk
  })
  const response = once(stream, 'response')
  const closed = once(stream, 'close')
  const [answer] = await response
  await closed
  const code =
    /"code":"([A-Z_]+)"/.exec(body)?.[1] ?? /"error_description":"([a-z_]+)/.exec(body)?.[1]
  return { status: answer[':status'], code: code ?? null, allow: answer.allow ?? null }
}

test('decides on the streams of a real HTTP/2 session by :authority', async (t) => {
  const { port, reached } = await startHttp2Service(t)
  const session = await openSession(t, port)
  const cases: readonly (readonly [OutgoingHttpHeaders, number, string | null])[] = [
    [{}, 200, null],
    [{ ':authority': `${HOST}:443` }, 200, null],
    [{ ':authority': HOST, host: HOST }, 200, null],
    [{ ':authority': 'other.example' }, 421, 'FST_PATH_GUARD_MISDIRECTED_REQUEST'],
    [{ ':authority': 'unknown.example' }, 421, 'FST_PATH_GUARD_MISDIRECTED_REQUEST'],
    [{ ':authority': HOST, host: 'other.example' }, 400, 'FST_PATH_GUARD_BAD_HOST'],
    [{ ':authority': `${HOST}:0` }, 400, 'FST_PATH_GUARD_BAD_HOST'],
    [{ ':path': '/userinfo/' }, 404, 'FST_PATH_GUARD_PATH_NOT_ALLOWED'],
    [{ ':scheme': 'http' }, 400, 'FST_PATH_GUARD_MALFORMED_REQUEST'],
    [{ ':scheme': 'HTTPS' }, 400, 'FST_PATH_GUARD_MALFORMED_REQUEST'],
    [{ ':scheme': 'ftp', ':path': 'userinfo' }, 400, 'FST_PATH_GUARD_MALFORMED_REQUEST'],
    [{ ':path': '/userinfo#' }, 400, 'FST_PATH_GUARD_MALFORMED_REQUEST'],
    [{ ':method': 'DELETE' }, 405, 'FST_PATH_GUARD_METHOD_NOT_ALLOWED'],
    [{ ':method': 'TRACE' }, 400, 'FST_PATH_GUARD_UNSAFE_METHOD'],
    // No method of Fastify's, which answers it before any hook.
    [{ ':method': 'TRACK' }, 404, 'FST_ERR_NOT_FOUND'],
    [{ 'x-http-method-override': 'DELETE' }, 400, 'FST_PATH_GUARD_METHOD_OVERRIDE'],
    [{ transfer_encoding: 'chunked' }, 400, 'FST_PATH_GUARD_AMBIGUOUS_FRAMING'],
    [{ expect: 'moon' }, 400, 'FST_PATH_GUARD_EXPECTATION_REFUSED'],
  ]
  for (const [headers, status, code] of cases) {
    const answer = await ask(session, headers)
    t.strictSame([answer.status, answer.code], [status, code], JSON.stringify(headers))
    if (status === 405) t.equal(answer.allow, 'GET, POST')
  }
  t.strictSame(reached, ['GET /userinfo', 'GET /userinfo', 'GET /userinfo'])
  t.notOk(session.closed, 'a refused stream does not cost the session')
})

test('takes http for the scheme of a session without TLS, and no other', async (t) => {
  const app = Fastify({ http2: true })
  await app.register(pathGuard, { hosts: [HOST] })
  app.all('/*', async () => 'reached')
  t.teardown(() => app.close())
  const session = connect(await app.listen({ port: 0, host: '127.0.0.1' }))
  t.teardown(() => session.destroy())
  const of = { ':authority': HOST }
  t.match(await ask(session, { ...of, ':scheme': 'http' }), { status: 200, code: null })
  const answer = await ask(session, { ...of, ':scheme': 'https' })
  t.match(answer, { status: 400, code: 'FST_PATH_GUARD_MALFORMED_REQUEST' })
})

test('refuses CONNECT on an HTTP/2 session', async (t) => {
  const { port, reached } = await startHttp2Service(t)
  const session = await openSession(t, port)
  const stream = session.request({ ':method': 'CONNECT', ':authority': 'internal.example:22' })
  let body = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk
  })
  const closed = once(stream, 'close')
  const [answer] = await once(stream, 'response')
  t.match(answer, {
    ':status': 400,
    'content-type': 'application/json',
    'cache-control': 'no-store',
  })
  await closed
  t.match(JSON.parse(body), { error: 'invalid_request', error_description: /^unsafe_method: / })
  t.strictSame(reached, [])
})

test('refuses HTTP/2.0 written as text on a server that speaks HTTP/2', async (t) => {
  const { port, reached } = await startHttp2Service(t)
  const tls = { host: '127.0.0.1', port, servername: HOST, ca: PKI.root.pem }
  const socket = connectTls({ ...tls, ALPNProtocols: ['http/1.1'] })
  socket.write(`GET /userinfo HTTP/2.0\r\n${HOST_FIELD}\r\n`)
  const answer = await readAnswer(socket)
  t.strictSame([answer.status, answer.code], [400, UNSUPPORTED])
  t.strictSame(reached, [])
})
