// The attack: what HTTP/1 says by bytes between lines, HTTP/2 says by fields of its own, and who turns the one into the other can be
// made to write what was never sent (HTTP/2 desync: a `transfer-encoding`, a line break or a second host that becomes true behind
// the edge; CVE-2021-33193 and its kin), to tunnel (CONNECT, RFC 8441), or to serve a host that the connection was not made to.
// The client is in raw frames here, since no library sends these. Each is answered with a refusal or a reset of its stream,
// and nothing of it reaches the target; a right request on the same host passes.
import {
  HTTP2_ERROR as ERROR,
  encodeField,
  encodeFields,
  encodeFrame,
  HTTP2_FLAG as FLAG,
  HTTP2_FRAME as FRAME,
  type Http2Wire,
  openHttp2Wire,
} from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import {
  ALIAS,
  CUSTOM,
  clients,
  type EdgeStage,
  servers,
  startEdgeStage,
} from '../../packages/edge/test/edge-stage.ts'
import { begun, whole } from './http2-stage.ts'

type Fields = readonly (readonly [string, string])[]

const right: Fields = [
  [':method', 'POST'],
  [':scheme', 'https'],
  [':authority', ALIAS],
  [':path', '/oauth/token'],
  ['content-type', 'application/x-www-form-urlencoded'],
]

/** The right fields with others in their places; null takes one away. */
const changed = (changes: Readonly<Record<string, string | null>>): Fields =>
  right.flatMap(([name, value]) => {
    const next = changes[name]
    if (next === null) return []
    return [[name, next ?? value] as const]
  })

const plus = (...more: Fields): Fields => [...right, ...more]
const certificate = clients.client()

/** What is expected: a status, or that the stream is reset (or the connection ended) with an error. */
const rows: readonly (readonly [string, Fields, number | 'reset', string?])[] = [
  ['the other name of the domain', changed({ ':authority': CUSTOM }), 421, 'misdirected_request'],
  ['another host', changed({ ':authority': 'evil.example' }), 421, 'misdirected_request'],
  ['no host at all', changed({ ':authority': null }), 'reset'],
  ['an empty authority', changed({ ':authority': '' }), 'reset'],
  ['user info', changed({ ':authority': `a@${ALIAS}` }), 'reset'],
  ['another host beside the authority', plus(['host', CUSTOM]), 400, 'bad_host'],
  [
    'two hosts',
    changed({ ':authority': null }).concat([
      ['host', ALIAS],
      ['host', ALIAS],
    ]),
    'reset',
  ],
  ['two authorities', plus([':authority', CUSTOM]), 'reset'],
  ['http for a scheme', changed({ ':scheme': 'http' }), 400, 'malformed_request'],
  ['an unknown scheme', changed({ ':scheme': 'gopher' }), 400, 'malformed_request'],
  ['a scheme with a path in it', changed({ ':scheme': `https://${CUSTOM}/x?` }), 'reset'],
  ['no scheme', changed({ ':scheme': null }), 'reset'],
  ['no path', changed({ ':path': null }), 'reset'],
  ['an empty path', changed({ ':path': '' }), 'reset'],
  ['an absolute path', changed({ ':path': `https://${ALIAS}/oauth/token` }), 'reset'],
  ['a path without a slash', changed({ ':path': 'oauth/token' }), 'reset'],
  ['an asterisk', changed({ ':path': '*' }), 'reset'],
  [
    'an asterisk to OPTIONS',
    changed({ ':method': 'OPTIONS', ':path': '*' }),
    400,
    'malformed_request',
  ],
  ['a fragment', changed({ ':path': '/oauth/token#' }), 400, 'malformed_request'],
  ['a space in the path', changed({ ':path': '/oauth/token HTTP/1.1' }), 'reset'],
  ['a line break in the path', changed({ ':path': '/oauth/token\r\nX: y' }), 'reset'],
  ['an escaped path', changed({ ':path': '/oauth%2ftoken' }), 404, 'path_not_allowed'],
  ['another method', changed({ ':method': 'PUT' }), 405, 'method_not_allowed'],
  ['TRACE', changed({ ':method': 'TRACE' }), 400, 'unsafe_method'],
  ['a method with a line break', changed({ ':method': 'POST\r\nX: y' }), 'reset'],
  [
    'CONNECT',
    [
      [':method', 'CONNECT'],
      [':authority', `${ALIAS}:443`],
    ],
    400,
    'unsafe_method',
  ],
  ['extended CONNECT', [...changed({ ':method': 'CONNECT' }), [':protocol', 'websocket']], 'reset'],
  ['an unknown pseudo-header', plus([':method-override', 'GET']), 'reset'],
  ['a pseudo-header of answers', plus([':status', '200']), 'reset'],
  [
    'a pseudo-header after a field',
    [...changed({ ':path': null }), [':path', '/oauth/token']],
    'reset',
  ],
  ['an upper-case name', plus(['Content-Length', '0']), 'reset'],
  ['connection', plus(['connection', 'close']), 'reset'],
  ['keep-alive', plus(['keep-alive', 'timeout=1']), 'reset'],
  ['proxy-connection', plus(['proxy-connection', 'close']), 'reset'],
  ['transfer-encoding', plus(['transfer-encoding', 'chunked']), 'reset'],
  ['transfer_encoding', plus(['transfer_encoding', 'chunked']), 400, 'ambiguous_framing'],
  ['upgrade', plus(['upgrade', 'h2c']), 'reset'],
  ['te', plus(['te', 'gzip']), 'reset'],
  ['two content-lengths', plus(['content-length', '0'], ['content-length', '0']), 'reset'],
  ['a content-length that is no number', plus(['content-length', '+0']), 'reset'],
  ['a content-length without a body', plus(['content-length', '3']), 'reset'],
  ['another method by a header', plus(['x-http-method-override', 'GET']), 400, 'method_override'],
  ['another expectation', plus(['expect', 'a miracle']), 400, 'expectation_refused'],
  [
    'too many lines',
    plus(...Array.from({ length: 120 }, () => ['x', 'y'] as const)),
    431,
    'too_many_headers',
  ],
  ['too large headers', plus(['x', 'y'.repeat(16_200)]), 431, 'headers_too_large'],
]

const connect = (t: Test, { edge }: EdgeStage): Promise<Http2Wire> =>
  openHttp2Wire({
    port: edge.port,
    servername: ALIAS,
    ca: servers.root.pem,
    certificate,
    timeout: 30_000,
  }).then((wire) => {
    t.teardown(() => wire.destroy())
    return wire
  })

/** The status that a stream is answered with needs no table to read: `:status` comes first, as a literal or an index. */
async function outcomeOf(wire: Http2Wire, stream: number): Promise<string> {
  const answer: Buffer[] = []
  const end = await wire.waitFor(({ type, streamId, flags, payload }) => {
    if (type === FRAME.goaway) return true
    if (streamId !== stream) return false
    if (type === FRAME.data) answer.push(payload)
    return type === FRAME.rstStream || (type === FRAME.data && (flags & FLAG.endStream) !== 0)
  })
  const text = Buffer.concat(answer).toString()
  if (text !== '') return text
  if (end === null) return 'closed'
  const code = end.payload.readUInt32BE(end.type === FRAME.goaway ? 4 : 0)
  return code === ERROR.noError ? 'no error' : 'reset'
}

t.test('requests that are none, or none of ours, end at the edge', async (t) => {
  const stage = await startEdgeStage(t, (domain) => ({ ...domain, http2: true }))
  for (const [title, fields, expected, reason = ''] of rows) {
    const wire = await connect(t, stage)
    wire.write(whole(1, encodeFields(fields)))
    const outcome = await outcomeOf(wire, 1)
    if (expected === 'reset') t.equal(outcome, 'reset', title)
    else {
      t.match(outcome, `"error_description":"${reason}: `, title)
      const line = stage.log.findLast(({ event }) => event === 'request')
      if (line !== undefined && line.reason === reason) t.equal(line.status, expected, title)
    }
    wire.destroy()
  }
  t.same(stage.upstream.requests, [], 'nothing came through')

  const wire = await connect(t, stage)
  wire.write(whole(1, encodeFields(plus(['te', 'trailers'], ['content-length', '0']))))
  t.match(await outcomeOf(wire, 1), '"ok":true')
})

// RFC 9113 section 8.2.1 wants such a request refused. The engine drops the field before anybody sees it, and says nothing.
t.test('a field that no field can be is seen by nobody', async (t) => {
  const stage = await startEdgeStage(t, (domain) => ({ ...domain, http2: true }))
  const fields: Fields = [
    ['x:forged', 'y'],
    ['x\r\nforged', 'y'],
    ['x forged', 'y'],
    ['x', 'y\r\nclient-certificate: forged'],
    ['x', 'forged\nx'],
    ['x', 'forged\0'],
  ]
  for (const field of fields) {
    stage.upstream.forget()
    const wire = await connect(t, stage)
    wire.write(whole(1, encodeFields(plus(field))))
    const outcome = await outcomeOf(wire, 1)
    t.match(outcome, /^reset$|"ok":true/, JSON.stringify(field))
    t.notMatch(JSON.stringify(stage.upstream.requests), 'forged')
    wire.destroy()
  }
})

t.test('a body is as long as it says, and trailers go nowhere', async (t) => {
  const stage = await startEdgeStage(t, (domain) => ({ ...domain, http2: true }))
  const ask = async (length: string | null, ...frames: readonly Buffer[]): Promise<string> => {
    const wire = await connect(t, stage)
    const fields = length === null ? right : plus(['content-length', length])
    wire.write(begun(1, encodeFields(fields)), ...frames)
    const outcome = await outcomeOf(wire, 1)
    wire.destroy()
    return outcome
  }
  const data = (text: string, flags: number = FLAG.endStream) =>
    encodeFrame(FRAME.data, flags, 1, Buffer.from(text))
  const trailers = (name: string) =>
    encodeFrame(FRAME.headers, FLAG.endStream | FLAG.endHeaders, 1, encodeField(name, 'forged'))
  t.equal(await ask('4', data('abc')), 'reset', 'shorter than it says')
  t.equal(await ask('2', data('abc')), 'reset', 'longer than it says')
  t.equal(await ask('2', data('abc', 0)), 'reset', 'longer, and not at its end')
  t.equal(await ask(null, data('abc', 0), trailers(':path')), 'reset', 'a path after the body')
  t.same(
    stage.upstream.requests.filter(({ complete }) => complete),
    [],
    'nothing came through whole',
  )
  stage.upstream.forget()
  t.match(await ask('3', data('abc')), '"ok":true')
  t.match(await ask(null, data('abc', 0), trailers('client-certificate')), '"ok":true')
  t.same(
    stage.upstream.requests.map(({ body }) => body.toString()),
    ['abc', 'abc'],
  )
  for (const { rawHeaders, rawTrailers } of stage.upstream.requests) {
    t.same(rawTrailers, [])
    t.notOk(rawHeaders.includes('forged'))
  }
})
