import { createServer } from 'node:tls'
import {
  answerBeforeBody,
  answerBytes,
  createPki,
  dropBeforeBody,
  dropConnection,
  echo,
  halfBody,
  headersAlone,
  hopByHopHeaders,
  informational,
  neverAnswer,
  openTlsConnection,
  oversizeHeader,
  rawAnswer,
  rawTlsRequest,
  redirect,
  slowBody,
  startRecordingUpstream,
  type UpstreamHandler,
  unavailable,
} from '@mtls-edge/testkit'
import t, { type Test } from 'tap'

const pki = createPki()
const certificate = pki.server(['upstream.example', '127.0.0.1'])
const GET = 'GET /x?y=%2F HTTP/1.1\r\nHost: upstream.example\r\n\r\n'

async function startUpstream(t: Test, handler?: UpstreamHandler) {
  const upstream = await startRecordingUpstream({ certificate, ...(handler ? { handler } : {}) })
  t.teardown(() => upstream.close())
  const to = { port: upstream.port, servername: 'upstream.example', ca: pki.root.pem }
  return { upstream, to }
}

t.test('the upstream writes down exactly what reached it', async (t) => {
  const { upstream, to } = await startUpstream(t)
  const head = 'POST /a//b?c HTTP/1.1\r\nHost: upstream.example\r\nX-A: 1\r\nx-a: 2\r\n'
  const bytes = `${head}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Trailer: t\r\n\r\n`
  const { response } = await rawTlsRequest({ ...to, bytes })
  t.equal(response?.status, 200)
  t.equal(response?.text, '{"ok":true}')
  const [request] = upstream.requests
  t.match(request, {
    method: 'POST',
    url: '/a//b?c',
    rawHeaders: ['Host', 'upstream.example', 'X-A', '1', 'x-a', '2'],
    servername: 'upstream.example',
    connection: 1,
    complete: true,
    rawTrailers: ['X-Trailer', 't'],
  })
  t.strictSame(request?.valuesOf('X-a'), ['1', '2'])
  t.equal(request?.body.toString(), 'abc')
})

t.test('several requests go over one connection, and connections are counted', async (t) => {
  const { upstream, to } = await startUpstream(t, echo())
  const connection = await openTlsConnection(to)
  const post = (body: string) =>
    `POST / HTTP/1.1\r\nHost: u\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  t.equal((await connection.request(post('one'))).text, 'one')
  t.equal((await connection.request(post('two'))).text, 'two')
  connection.write(post('three') + post('four'))
  t.equal((await connection.nextResponse()).text, 'three')
  t.equal((await connection.nextResponse()).text, 'four')
  connection.destroy()
  await rawTlsRequest({ ...to, bytes: GET })
  t.strictSame(
    upstream.requests.map((request) => request.connection),
    [1, 1, 1, 1, 2],
  )
  t.equal(upstream.connections.opened, 2)
  upstream.forget()
  t.equal(upstream.requests.length, 0)
})

t.test('a connection without a name in the SNI shows as such', async (t) => {
  const { upstream, to } = await startUpstream(t)
  const { servername: _, ca: __, ...anonymous } = to
  await rawTlsRequest({ ...anonymous, bytes: GET })
  t.equal(upstream.requests[0]?.servername, false)
})

t.test('bytes that are no HTTP are an error of the upstream, not a request', async (t) => {
  const { upstream, to } = await startUpstream(t)
  const answer = await rawTlsRequest({ ...to, bytes: 'GET / HTTP/1.1\r\nHost u\r\n\r\n' })
  t.equal(answer.response, null)
  t.equal(answer.closed, true)
  t.equal(upstream.requests.length, 0)
  t.match(upstream.errors, [{ code: 'HPE_INVALID_HEADER_TOKEN' }])
})

t.test('the switches for bad behaviour do what they say', async (t) => {
  const { upstream, to } = await startUpstream(t)
  const answers = [
    ['a 503', unavailable(7), { status: 503, headers: { 'retry-after': '7' } }],
    ['a redirect', redirect('https://elsewhere.example/'), { status: 302 }],
    ['early hints', informational(103), { status: 200, informational: [103] }],
    ['processing', informational(102), { status: 200, informational: [102] }],
    ['a long header', oversizeHeader(100_000), { headers: { 'x-padding': /^x{100000}$/ } }],
    ['a slow body', slowBody(['a', 'b'], 5), { status: 200, text: 'ab' }],
    ['an answer before the body', answerBeforeBody(413), { status: 413 }],
    ['several cookies', answerBytes('', 204, { 'set-cookie': ['a', 'b'] }), { status: 204 }],
    ['raw bytes', rawAnswer('HTTP/1.1 299 Odd\r\n\r\nbody'), { status: 299, text: 'body' }],
  ] as const
  for (const [title, handler, expected] of answers) {
    upstream.answerWith(handler)
    t.match((await rawTlsRequest({ ...to, bytes: GET })).response, expected, title)
  }
  upstream.answerWith(hopByHopHeaders())
  const { response } = await rawTlsRequest({ ...to, bytes: GET })
  t.match(response?.headers, { 'keep-alive': 'timeout=42', 'x-named-in-connection': /secret/ })
})

t.test('an upstream that breaks off leaves no complete response', async (t) => {
  const { upstream, to } = await startUpstream(t)
  const cases = [
    ['drops the connection', dropConnection()],
    ['drops it before the body', dropBeforeBody()],
    ['sends half a body', halfBody()],
  ] as const
  for (const [title, handler] of cases) {
    upstream.answerWith(handler)
    const answer = await rawTlsRequest({ ...to, bytes: GET })
    t.match(answer, { response: null, closed: true }, title)
  }
})

t.test('an upstream that stays silent is an error after the time given', async (t) => {
  const { upstream, to } = await startUpstream(t, neverAnswer())
  await t.rejects(rawTlsRequest({ ...to, bytes: GET, timeout: 50 }), /no complete response/)
  upstream.answerWith(headersAlone())
  await t.rejects(rawTlsRequest({ ...to, bytes: GET, timeout: 50 }), /no complete response/)
})

t.test('nextRequest tells of a request whose body is still on its way', async (t) => {
  const { upstream, to } = await startUpstream(t)
  const connection = await openTlsConnection(to)
  const arrival = upstream.nextRequest()
  connection.write('POST / HTTP/1.1\r\nHost: u\r\nContent-Length: 4\r\n\r\nab')
  const request = await arrival
  t.equal(request.complete, false)
  connection.destroy()
  await request.ended
  t.equal(request.complete, false)
  t.equal(request.body.toString(), 'ab')
})

t.test('close ends connections that are open, and their other side notices', async (t) => {
  const upstream = await startRecordingUpstream({ certificate })
  const connection = await openTlsConnection({ port: upstream.port })
  await upstream.close()
  await connection.waitForClose()
  t.equal(upstream.connections.open, 0)
})

t.test('CONNECT and Upgrade are written down too, and go nowhere', async (t) => {
  const { upstream, to } = await startUpstream(t)
  const tunnel = await rawTlsRequest({ ...to, bytes: 'CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n' })
  t.match(tunnel, { response: null, closed: true })
  const head = 'GET / HTTP/1.1\r\nHost: u\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'
  t.match(await rawTlsRequest({ ...to, bytes: head }), { response: null, closed: true })
  t.strictSame(
    upstream.requests.map(({ method }) => method),
    ['CONNECT', 'GET'],
  )
})

t.test('a handler that throws breaks the connection off and shows among the errors', async (t) => {
  const { upstream, to } = await startUpstream(t, () => {
    throw new Error('the handler is wrong')
  })
  t.match(await rawTlsRequest({ ...to, bytes: GET }), { response: null, closed: true })
  t.match(upstream.errors, [{ message: 'the handler is wrong' }])
})

t.test('a server that the given roots do not vouch for is not spoken to', async (t) => {
  const { upstream, to } = await startUpstream(t)
  const other = createPki().root.pem
  const wrongName = { ...to, servername: 'other.example' }
  await t.rejects(rawTlsRequest({ ...to, ca: other, bytes: GET }), { code: /VERIFY|CERT/ })
  await t.rejects(rawTlsRequest({ ...wrongName, bytes: GET }), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
  t.equal(upstream.requests.length, 0)
})

t.test('a response with trailers, and a second one behind it, are read apart', async (t) => {
  const chunked =
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n'
  const { to } = await startUpstream(t, rawAnswer(`${chunked}HTTP/1.1 204 No Content\r\n\r\n`))
  const answer = await rawTlsRequest({
    ...to,
    bytes: [GET.slice(0, 9), GET.slice(9)],
    until: 'close',
  })
  t.match(answer, { response: { status: 200, text: 'ok' }, closed: true, error: null })
  t.equal(answer.rest, 'HTTP/1.1 204 No Content\r\n\r\n')
})

t.test('a client shows its certificate and its chain', async (t) => {
  const server = createServer({
    cert: certificate.pem,
    key: certificate.keyPem,
    ca: pki.root.pem,
    requestCert: true,
    rejectUnauthorized: true,
  })
  t.teardown(() => server.close())
  server.on('secureConnection', (socket) =>
    socket.end(socket.getPeerX509Certificate()?.subject ?? 'none'),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const client = pki.client({ subject: { CN: 'shown' } })
  const connection = await openTlsConnection({ port, certificate: client })
  t.equal(await connection.waitForClose(), null)
  t.equal(connection.unread().toString(), 'CN=shown')
  const stranger = await rawTlsRequest({ port, certificate: pki.selfSignedClient(), bytes: GET })
  t.match(stranger, { response: null, closed: true })
})
