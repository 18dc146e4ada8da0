import { once } from 'node:events'
import { connect, constants } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { auth0Forwarder } from '@mtls-edge/auth0-forwarder'
import { echo, hopByHopHeaders, startRecordingUpstream } from '@mtls-edge/testkit'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import { apiKey, pki, serverCertificate } from './edge-in-test.ts'

function createApp() {
  const https = { cert: serverCertificate.chainPem, key: serverCertificate.keyPem }
  return fastify({ http2: true, https })
}

/** A service over HTTP/2 with nothing but the forwarder, its target and a client; all end with the test. */
async function startHttp2Edge(
  t: Test,
  setUp: (app: ReturnType<typeof createApp>) => void = () => {},
) {
  const upstream = await startRecordingUpstream({ certificate: serverCertificate, handler: echo() })
  const app = createApp()
  await app.register(auth0Forwarder, {
    forwardingTarget: `https://localhost:${upstream.port}`,
    cnameApiKey: apiKey,
    ca: pki.root.pem,
    maxBodyBytes: 100_000,
  })
  setUp(app)
  app.all('/*', (_request, reply) => reply.forwardToAuth0({ clientCertificate: null }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo // A TCP server that listens has one.
  const session = connect(`https://127.0.0.1:${port}`, { ca: pki.root.pem })
  t.teardown(async () => {
    session.destroy()
    await app.close()
    await upstream.close()
  })
  return { upstream, session }
}

t.test('an HTTP/2 client is forwarded by the same rules', async (t) => {
  const { upstream, session } = await startHttp2Edge(t)
  const forged = {
    client_certificate: 'x',
    'client-certificate': 'x',
    'x-forwarded-for': '1.1.1.1',
  }
  const send = async (
    method: string,
    headers: Record<string, string | string[]>,
    body: string | null,
  ) => {
    const stream = session.request(
      { ':method': method, ':path': '/a/%2e/b?c', ...headers, ...forged },
      { endStream: body === null },
    )
    if (body !== null) stream.end(body)
    const [received] = await once(stream, 'response')
    return { status: Reflect.get(received, ':status'), text: await text(stream), headers: received }
  }

  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  t.match(await send('GET', {}, null), { status: 200, text: '' })
  t.match(await send('POST', form, 'a=b'), { status: 200, text: 'a=b' })
  t.match(await send('POST', { ...form, 'content-length': '3' }, 'a=b'), {
    status: 200,
    text: 'a=b',
  })
  for (const reached of upstream.requests) {
    t.equal(reached.url, '/a/%2e/b?c')
    t.same(reached.valuesOf('x-forwarded-for'), ['127.0.0.1'])
    t.same(reached.valuesOf('cname-api-key'), [apiKey])
    t.same(reached.valuesOf('host'), [`localhost:${upstream.port}`])
    t.notMatch(reached.rawHeaders.join(), /client.certificate|:path|authority/)
  }
  t.same(
    upstream.requests.map((reached) => reached.headers['transfer-encoding']),
    [undefined, 'chunked', undefined],
  )

  // Nothing but the stream itself says that there is a body, or that there is none.
  t.match(await send('POST', {}, 'a=b'), { status: 200, text: 'a=b' })
  t.match(await send('POST', {}, ''), { status: 200, text: '' })
  t.match(await send('GET', {}, 'a=b'), { status: 400 })
  t.match(await send('HEAD', {}, 'a=b'), { status: 400 })

  // Browsers send a field for each cookie over HTTP/2; over HTTP/1.1 servers may look at the first alone (RFC 9113 section 8.2.3).
  await send('GET', { cookie: ['auth0=1', 'did=2'] }, null)
  t.same(upstream.requests.at(-1)?.valuesOf('cookie'), ['auth0=1; did=2'])

  upstream.answerWith(hopByHopHeaders())
  const { status, headers } = await send('GET', {}, null)
  t.equal(status, 200)
  t.notOk(Object.keys(headers).some((name) => /connection|keep-alive|upgrade|^te$/.test(name)))

  const large = await send('POST', form, 'x'.repeat(100_001))
  t.equal(large.status, 413)
  t.match(large.text, 'FST_AUTH0_FORWARDER_BODY_TOO_LARGE')
})

t.test(
  'a request that the handler answered, and its client left, is never completed',
  async (t) => {
    let answer: () => unknown = () => {}
    const { upstream, session } = await startHttp2Edge(t, (app) => {
      app.post('/itself', (_request, reply) => {
        reply.forwardToAuth0({ clientCertificate: null })
        answer = () => reply.code(418).send('itself')
      })
    })
    const stream = session.request({ ':method': 'POST', ':path': '/itself' })
    // More than is gathered: the target gets the beginning.
    stream.write('x'.repeat(70_000))
    const reached = await upstream.nextRequest()
    answer()
    const [received] = await once(stream, 'response')
    t.equal(Reflect.get(received, ':status'), 418)
    t.equal(await text(stream), 'itself')
    stream.close(constants.NGHTTP2_NO_ERROR)
    await reached.ended
    t.equal(reached.complete, false)
  },
)
