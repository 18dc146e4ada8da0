import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import {
  encodeFields,
  encodeFrame,
  HTTP2_ERROR,
  HTTP2_FLAG,
  HTTP2_FRAME,
  halfBody,
  issueCrl,
  neverAnswer,
  openHttp2Connection,
  openHttp2Wire,
  openTlsConnection,
  type ReceivedFrame,
  slowBody,
  type UpstreamHandler,
  uint32,
} from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { fileOf, startProcessStage } from './edge-process-stage.ts'
import { ALIAS, clients, request, servers, startEdgeStage } from './edge-stage.ts'

const client = clients.client()
const tokenRequest = { ':method': 'POST', ':path': '/oauth/token' }
const fieldsOf = (path: string): Buffer =>
  encodeFields([
    [':method', 'POST'],
    [':scheme', 'https'],
    [':authority', ALIAS],
    [':path', path],
  ])
const withHttp2 = (domain: object): object => ({ ...domain, http2: true })

async function connect(t: Test, port: number) {
  const connection = await openHttp2Connection({
    port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate: client,
    timeout: 30_000,
  })
  t.teardown(() => connection.destroy())
  return connection
}

/** The same, in frames of the test's own. */
async function connectWire(t: Test, port: number) {
  const wire = await openHttp2Wire({
    port,
    servername: ALIAS,
    certificate: client,
    timeout: 30_000,
  })
  t.teardown(() => wire.destroy())
  return wire
}

t.test(
  'a stream that the client resets ends its request to the target, and no other',
  async (t) => {
    const stage = await startEdgeStage(t, withHttp2)
    const connection = await connect(t, stage.edge.port)
    stage.upstream.answerWith(neverAnswer())
    for (const code of [0, 8]) {
      stage.upstream.forget()
      const stream = connection.session.request(tokenRequest)
      stream.on('error', () => {})
      stream.end('a=b')
      while (stage.upstream.requests.length === 0) await pause(10)
      stream.close(code)
      await stage.upstream.requests[0]?.ended
      t.pass(`reset with ${code}`)
    }
    stage.upstream.answerWith(slowBody(['a', 'b', 'c'], 50))
    t.match(await connection.ask(tokenRequest, 'a=b'), { status: 200, text: 'abc' })
  },
)

t.test('a body that the client breaks off never comes through as if whole', async (t) => {
  const stage = await startEdgeStage(t, withHttp2)
  const connection = await connect(t, stage.edge.port)
  // In frames of our own: before a reset without an error, Node's client ends the body.
  const wire = await connectWire(t, stage.edge.port)
  let id = 1
  for (const parts of [1, 5]) {
    for (const code of [HTTP2_ERROR.noError, HTTP2_ERROR.cancel]) {
      stage.upstream.forget()
      const part = encodeFrame(HTTP2_FRAME.data, 0, id, Buffer.alloc(13_000, 'x'))
      wire.write(
        encodeFrame(HTTP2_FRAME.headers, HTTP2_FLAG.endHeaders, id, fieldsOf('/oauth/token')),
        ...Array.from({ length: parts }, () => part),
      )
      // A large one is on its way to the target already: more is wanted of it than the first window.
      if (parts > 1) {
        const isMore = wire.waitFor(
          ({ type, streamId }) => type === HTTP2_FRAME.windowUpdate && streamId === id,
        )
        t.ok(await isMore)
        wire.write(part, part)
      }
      // What was sent has been read, and is waited for, once a later request is answered.
      t.match(await connection.ask(tokenRequest, 'a=b'), { status: 200 })
      wire.write(encodeFrame(HTTP2_FRAME.rstStream, 0, id, uint32(code)))
      t.match(await connection.ask(tokenRequest, 'a=b'), { status: 200 })
      await Promise.all(stage.upstream.requests.map(({ ended }) => ended))
      for (const { complete, body } of stage.upstream.requests) {
        if (complete) t.equal(body.toString(), 'a=b', `${parts} parts, reset with ${code}`)
      }
      id += 2
    }
  }
})

t.test('an answer that is whole has an end, and is no stream that was reset before', async (t) => {
  const stage = await startEdgeStage(t, withHttp2)
  const wire = await connectWire(t, stage.edge.port)
  const answers: Readonly<Record<string, UpstreamHandler>> = {
    'without a body': ({ response }) => void response.writeHead(200, { 'content-length': 0 }).end(),
    'in parts': slowBody(['a', 'b'], 2),
  }
  let id = -1
  /** The first frame that ends the stream of a request. */
  const ask = (fields: Buffer, flags: number) => {
    id += 2
    wire.write(
      encodeFrame(HTTP2_FRAME.headers, HTTP2_FLAG.endHeaders, id, fields),
      encodeFrame(HTTP2_FRAME.data, flags, id, Buffer.from('a=b')),
    )
    return wire.waitFor(
      (frame) => frame.streamId === id && (frame.type === HTTP2_FRAME.rstStream || isEnd(frame)),
    )
  }
  for (const [kind, handler] of Object.entries(answers)) {
    stage.upstream.answerWith(handler)
    const types = new Set<number | undefined>()
    for (let round = 0; round < 20; round += 1) {
      types.add((await ask(fieldsOf('/oauth/token'), HTTP2_FLAG.endStream))?.type)
    }
    t.notOk(types.has(HTTP2_FRAME.rstStream), kind)
  }
  const refused = await ask(fieldsOf('/other'), 0)
  t.not(refused?.type, HTTP2_FRAME.rstStream, 'before the end of the request')
  t.equal(await wire.endOf(id), HTTP2_ERROR.noError, 'the rest of that one is not wanted')
})

t.test('an answer that breaks off is a reset with an error, never an end', async (t) => {
  const stage = await startEdgeStage(t, withHttp2)
  const connection = await connect(t, stage.edge.port)
  stage.upstream.answerWith(halfBody())
  await t.rejects(connection.ask(tokenRequest, 'a=b'), /cut off|NGHTTP2_INTERNAL_ERROR/)
  t.notOk(connection.session.closed, 'the connection goes on')
})

t.test('bodies that are refused unread leave room for others', async (t) => {
  const stage = await startEdgeStage(t, withHttp2)
  const connection = await connect(t, stage.edge.port)
  // Together they are more than the connection's window.
  for (let count = 0; count < 20; count++) {
    const answer = await connection.ask({ ...tokenRequest, ':path': '/other' }, 'x'.repeat(10_000))
    t.equal(answer.status, 404)
  }
  t.match(await connection.ask(tokenRequest, 'x'.repeat(100_000)), { status: 200 })
})

t.test('changes reach open sessions, and http2 itself comes and goes with a reload', async (t) => {
  const revoked = (...serials: (typeof client)[]): string =>
    issueCrl({ issuer: clients.root }).pem +
    issueCrl({
      issuer: clients.intermediate,
      revoked: serials.map((serialNumber) => ({ serialNumber })),
    }).pem
  const stage = await startProcessStage(t, {
    change: (domain) => ({
      ...domain,
      http2: true,
      clientCertificates: {
        caSigned: {
          ...domain.clientCertificates.caSigned,
          revocation: { mode: 'require', crlFiles: ['clients.crl'] },
        },
      },
    }),
    files: { 'clients.crl': revoked() },
  })
  const configure = async (http2: boolean): Promise<void> => {
    await stage.configure(({ domains, ...rest }) => ({
      ...rest,
      domains: domains.map((domain) => ({ ...domain, http2 })),
    }))
    await stage.nextLine('configuration_loaded')
  }
  const open = await connect(t, stage.port)
  t.match(await open.ask(tokenRequest), { status: 200 })

  const end = once(open.socket, 'close')
  await configure(false)
  t.match(await open.ask(tokenRequest), { status: 200 }, 'answered once more')
  await end
  await t.rejects(connect(t, stage.port), { code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL' })

  const http1 = await openTlsConnection({
    port: stage.port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate: client,
    timeout: 30_000,
  })
  t.match(await http1.request(request('POST /oauth/token')), { status: 200 })
  await configure(true)
  t.match(await http1.request(request('POST /oauth/token')), { headers: { connection: 'close' } })

  const again = await connect(t, stage.port)
  t.match(await again.ask(tokenRequest), { status: 200 })
  await writeFile(fileOf(stage, 'clients.crl'), revoked(client))
  await stage.nextLine('configuration_loaded')
  const answer = await again.ask(tokenRequest)
  t.match(answer, { status: 401, text: /revoked/ })
})

/** Whether it is the last frame of its stream's answer. */
const isEnd = ({ type, flags }: ReceivedFrame): boolean =>
  (type === HTTP2_FRAME.data || type === HTTP2_FRAME.headers) &&
  (flags & HTTP2_FLAG.endStream) !== 0

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
