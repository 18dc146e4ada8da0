import { once } from 'node:events'
import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { refusesCompression } from '../dist/selftest/checks/compression.js'
import { refusesTls10 } from '../dist/selftest/checks/old-versions.js'
import { refusesRenegotiation } from '../dist/selftest/checks/renegotiation.js'
import { prefersTls13 } from '../dist/selftest/checks/tls13-preferred.js'
import { sendProbe } from '../dist/selftest/hello/probe.js'
import { readServerAnswer } from '../dist/selftest/hello/server-answer.js'
import type { HostSubject } from '../dist/selftest/subject.js'
import { foreignSuitesOf, suitesOf } from '../dist/selftest/suites.js'
import { handshakeMessage, hello, record, uint8, uint16, vector8, vector16 } from './front-hello.ts'

interface ServerHelloChoice {
  readonly version?: number
  readonly suite?: number
  readonly compression?: number
  readonly extensions?: readonly (readonly [number, Buffer])[]
}

/** A ServerHello message as a server would write it. */
function serverHello(choice: ServerHelloChoice = {}): Buffer {
  const extensions = (choice.extensions ?? []).map(([type, content]) =>
    Buffer.concat([uint16(type), vector16(content)]),
  )
  return handshakeMessage(
    2,
    Buffer.concat([
      uint16(choice.version ?? 0x0303),
      Buffer.alloc(32, 1),
      vector8(Buffer.alloc(32, 2)),
      uint16(choice.suite ?? 0xc02f),
      uint8(choice.compression ?? 0),
      vector16(...extensions),
    ]),
  )
}

const ALERT = Buffer.from('15030300020228', 'hex')
const WHOLE_FLIGHT = Buffer.concat([
  record(serverHello()),
  record(Buffer.concat([handshakeMessage(11, Buffer.alloc(300)), handshakeMessage(13, uint8(0))])),
  record(handshakeMessage(14, Buffer.alloc(0))),
])

t.test('reads an answer however it is cut, and never before it is whole', async (t) => {
  const answers = [
    [ALERT, 'server_hello', { kind: 'alert', level: 2, description: 40 }],
    [record(serverHello()), 'server_hello', { version: 0x0303, suite: 0xc02f, compression: 0 }],
    [
      record(serverHello({ suite: 0x1301, extensions: [[43, uint16(0x0304)]] })),
      'server_hello',
      { version: 0x0304, suite: 0x1301, extensions: [43] },
    ],
    [WHOLE_FLIGHT, 'server_hello_done', { messages: [2, 11, 13, 14] }],
  ] as const
  for (const [bytes, until, expected] of answers) {
    for (let end = 0; end < bytes.length; end += 1) {
      if (readServerAnswer(bytes.subarray(0, end), until) !== null) t.fail(`whole at ${end}`)
    }
    t.match(readServerAnswer(bytes, until), expected)
  }
})

t.test('what is no TLS, or broken, is told as such', async (t) => {
  const wrong = {
    'a banner': Buffer.from('SSH-2.0-server\r\n'),
    'an HTTP answer': Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    'a certificate first': record(handshakeMessage(11, Buffer.alloc(3))),
    'a ServerHello that is too short': record(handshakeMessage(2, Buffer.alloc(20))),
    'an extension that runs over the end': record(
      handshakeMessage(2, Buffer.concat([serverHello().subarray(4, -2), uint16(4), uint16(43)])),
    ),
  }
  for (const [what, bytes] of Object.entries(wrong))
    t.same(readServerAnswer(bytes), { kind: 'not_tls' }, what)
})

/** A server that answers every connection with the same bytes, or closes it without any. */
async function startCanned(t: Test, answer: Buffer | null): Promise<HostSubject> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => (answer === null ? socket.destroy() : socket.write(answer)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const bound = server.address()
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0
  const host = { name: 'auth.example.com', role: 'public' }
  // The rest is what these checks must not need.
  return { address: { host: '127.0.0.1', port }, profile: 'fapi2', host } as unknown as HostSubject
}

const refusals = [
  { what: 'alert 40', answer: ALERT, outcome: 'pass' },
  { what: 'alert 80', answer: Buffer.from('15030300020250', 'hex'), outcome: 'fail' },
  { what: 'no alert', answer: null, outcome: 'fail' },
  { what: 'a banner', answer: Buffer.from('220 mail.example.com\r\n'), outcome: 'fail' },
  { what: 'a ServerHello', answer: record(serverHello({ version: 0x0301 })), outcome: 'fail' },
]

for (const { what, answer, outcome } of refusals) {
  t.test(`TLS 1.0 answered with ${what}: ${outcome}`, async (t) => {
    t.equal((await refusesTls10.run(await startCanned(t, answer))).outcome, outcome)
  })
}

t.test('a server that compresses fails, and one that refuses the hello does not', async (t) => {
  const deflate = await startCanned(t, record(serverHello({ compression: 1 })))
  t.match(await refusesCompression.run(deflate), { outcome: 'fail', seen: 'compression method 1' })
  t.equal((await refusesCompression.run(await startCanned(t, ALERT))).outcome, 'pass')
  t.equal((await refusesCompression.run(await startCanned(t, null))).outcome, 'unknown')
})

t.test('a server without renegotiation_info (RFC 5746) fails', async (t) => {
  const old = await startCanned(t, record(serverHello()))
  t.match(await refusesRenegotiation.run(old), { outcome: 'fail', seen: /RFC 5746/ })
})

t.test('TLS 1.2 for a client that can 1.3 fails', async (t) => {
  const old = await startCanned(t, record(serverHello()))
  t.match(await prefersTls13.run(old), { outcome: 'fail', seen: /^TLS 1\.2 with TLS_ECDHE_RSA/ })
})

t.test('a probe of nobody says so', async (t) => {
  const { address } = await startCanned(t, null)
  t.same(await sendProbe(address, hello()), { kind: 'closed' })
  t.match(await sendProbe({ host: '127.0.0.1', port: 1 }, hello()), {
    kind: 'unreachable',
    code: 'ECONNREFUSED',
  })
})

t.test('the suites of a profile and the others are apart, and signals are neither', async (t) => {
  for (const profile of ['fapi2', 'fapi1-advanced'] as const) {
    const own = suitesOf(profile).map(({ code }) => code)
    const foreign = foreignSuitesOf(profile)
    t.notOk(own.some((code) => foreign.includes(code)))
    t.notOk(foreign.includes(0x00ff) || foreign.includes(0x5600))
    for (const removed of [0x0005, 0x000a, 0x002f, 0x0033, 0x009c, 0x009e, 0x1304, 0xcca8])
      t.ok(foreign.includes(removed), `0x${removed.toString(16)}`)
  }
  t.ok(foreignSuitesOf('fapi1-advanced').includes(0xc02b), 'ECDSA is none of fapi1-advanced')
})
