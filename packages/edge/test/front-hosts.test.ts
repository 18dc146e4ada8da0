import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { openTlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { createFront } from '../dist/front/index.js'
import { hello, helloMessage, hostName, records } from './front-hello.ts'
import {
  CUSTOM_DOMAIN,
  createAuthorities,
  get,
  MTLS_DOMAIN,
  type Stage,
  startStage,
} from './front-stage.ts'
import { askHello, openTcp, readToEnd, sendToEnd } from './front-wire.ts'

const authorities = createAuthorities()
const client = authorities.client({ subject: { CN: 'client-1' } })
const UNRECOGNIZED_NAME = Buffer.from('15030300020270', 'hex')

let stage: Stage
t.before(async () => {
  stage = await startStage({ authorities })
})
t.beforeEach(() => {
  stage.events.length = 0
})
t.teardown(() => stage.close())

t.test('the alias asks for a client certificate and the custom domain does not', async (t) => {
  for (const tls of [{ maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }] as const) {
    for (const [servername, subject, authorized] of [
      [MTLS_DOMAIN, 'CN=client-1', true],
      [CUSTOM_DOMAIN, null, false],
    ] as const) {
      const connection = await openTlsConnection({
        port: stage.port,
        servername,
        certificate: client,
        ca: authorities.root.pem,
        tls,
      })
      const answer = await connection.request(get(servername))
      t.equal(answer.status, 200)
      t.match(JSON.parse(answer.text), { subject, authorized })
      connection.destroy()
    }
  }
  t.same(stage.events, [])
})

t.test('a connection to the alias without a certificate is open, and not authorized', async (t) => {
  const connection = await openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN })
  const answer = await connection.request(get(MTLS_DOMAIN))
  t.match(JSON.parse(answer.text), { subject: null, authorized: false })
  connection.destroy()
})

const refusedNames = {
  'an unknown name': {
    options: { serverName: 'other.example.com' },
    reason: 'unknown_server_name',
  },
  'a name below a known one': {
    options: { serverName: `x.${MTLS_DOMAIN}` },
    reason: 'unknown_server_name',
  },
  'a parent of a known one': {
    options: { serverName: 'example.com' },
    reason: 'unknown_server_name',
  },
  'no SNI': { options: {}, reason: 'no_server_name' },
  'no extensions': { options: { withoutExtensions: true }, reason: 'no_server_name' },
  'an IPv4 literal': { options: { serverName: '127.0.0.1' }, reason: 'invalid_server_name' },
  'an IPv6 literal': { options: { serverName: '::1' }, reason: 'invalid_server_name' },
  'a known name with a NUL': {
    options: { serverName: `${MTLS_DOMAIN}\0.evil.example` },
    reason: 'invalid_server_name',
  },
  'a property of every object': {
    options: { serverName: 'constructor' },
    reason: 'unknown_server_name',
  },
}

for (const [what, { options, reason }] of Object.entries(refusedNames)) {
  t.test(`answers ${what} with the seven bytes of alert 112 and nothing else`, async (t) => {
    for (const versions of [[0x0303], [0x0304]]) {
      const received = await sendToEnd(stage.port, hello({ ...options, versions }))
      t.same(received, UNRECOGNIZED_NAME)
    }
    t.match(stage.events, [
      { type: 'handshake_refused', reason, remoteAddress: '127.0.0.1', cause: null },
      { type: 'handshake_refused', reason },
    ])
    t.equal(stage.events.length, 2)
  })
}

const served = {
  'in capital letters': hello({ serverName: MTLS_DOMAIN.toUpperCase(), versions: [0x0304] }),
  'with a trailing dot': hello({ serverName: `${MTLS_DOMAIN}.`, versions: [0x0304] }),
  'in records of 7 bytes': records(
    helloMessage({ serverName: MTLS_DOMAIN, versions: [0x0304] }),
    7,
  ),
  'in records of one byte': records(
    helloMessage({ serverName: MTLS_DOMAIN, versions: [0x0304] }),
    1,
  ),
  'with 60 KiB of padding': hello({
    serverName: MTLS_DOMAIN,
    versions: [0x0304],
    extraExtensions: [[21, Buffer.alloc(60 * 1024)]],
  }),
  'with GREASE and an extension like ECH': hello({
    serverName: MTLS_DOMAIN,
    versions: [0x7a7a, 0x0304],
    suites: [0x7a7a, 0x1301],
    extraExtensions: [
      [0x7a7a, Buffer.alloc(0)],
      [0xfe0d, Buffer.alloc(200)],
    ],
  }),
}

for (const [what, bytes] of Object.entries(served)) {
  t.test(`OpenSSL goes on with a hello ${what}`, async (t) => {
    const event = stage.nextEvent()
    t.match(await askHello(stage.port, bytes), { kind: 'server_hello', version: 0x0304 })
    t.match(await event, { reason: 'client_closed', serverName: MTLS_DOMAIN })
  })
}

t.test('a hello may come byte by byte', async (t) => {
  const socket = await openTcp(stage.port)
  socket.setNoDelay(true)
  for (const byte of hello({ serverName: MTLS_DOMAIN, versions: [0x0304] })) {
    socket.write(Buffer.from([byte]))
    // Until the front, in the same process, has had its turn: it would be given all of them in one.
    await sleep(1)
  }
  const [first] = await once(socket, 'data')
  t.equal(first[0], 22)
  t.equal(first[5], 2, 'a ServerHello')
  const event = stage.nextEvent()
  socket.destroy()
  await event
})

const refusedBytes = {
  'plain HTTP': { bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n'), reason: 'not_tls', answer: '' },
  'HTTP/2 by prior knowledge': {
    bytes: Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    reason: 'not_tls',
    answer: '',
  },
  'an SSL 2.0 hello': {
    bytes: Buffer.from('802e0100020015000000100100800200800300800400800500800600400700c0', 'hex'),
    reason: 'ssl2_hello',
    answer: '15030300020246',
  },
  'two names in one SNI': {
    bytes: hello({
      serverName: MTLS_DOMAIN,
      extraExtensions: [[0, hostName(CUSTOM_DOMAIN)]],
    }),
    reason: 'malformed_hello',
    answer: '1503030002022f',
  },
  'a hello that never ends': {
    bytes: Buffer.from('160301400001ffffff', 'hex'),
    reason: 'hello_too_large',
    answer: '1503030002022f',
  },
}

for (const [what, { bytes, reason, answer }] of Object.entries(refusedBytes)) {
  t.test(`closes on ${what} and answers ${answer || 'nothing'}`, async (t) => {
    t.equal((await sendToEnd(stage.port, bytes)).toString('hex'), answer)
    t.match(stage.events, [{ reason, serverName: null }])
  })
}

t.test('the alert arrives also when the client has sent more than was read', async (t) => {
  const bytes = Buffer.concat([
    hello({ serverName: 'other.example.com' }),
    Buffer.alloc(40_000, 23),
  ])
  t.same(await sendToEnd(stage.port, bytes), UNRECOGNIZED_NAME)
})

t.test('a refused client that goes on sending is cut off', async (t) => {
  const socket = await openTcp(stage.port)
  socket.write(hello({ serverName: 'other.example.com' }))
  const flood = () => {
    while (!socket.destroyed && socket.write(Buffer.alloc(16_384))) {}
  }
  socket.on('drain', flood)
  flood()
  await readToEnd(socket)
  t.equal(socket.destroyed, true)
})

t.test('a client that connects and leaves without a byte is not reported', async (t) => {
  const socket = await openTcp(stage.port)
  socket.end()
  await readToEnd(socket)
  t.same(stage.events, [])
})

t.test('a client that leaves in the middle of its hello is reported once', async (t) => {
  for (const leave of ['end', 'resetAndDestroy'] as const) {
    const event = stage.nextEvent()
    const socket = await openTcp(stage.port)
    socket.write(hello({ serverName: MTLS_DOMAIN }).subarray(0, 20), () => socket[leave]())
    t.match(await event, { reason: 'client_closed', serverName: null })
  }
  t.equal(stage.events.length, 2)
})

t.test('a client that leaves in the middle of its handshake is reported once', async (t) => {
  for (const leave of ['end', 'resetAndDestroy'] as const) {
    const event = stage.nextEvent()
    const socket = await openTcp(stage.port)
    socket.write(hello({ serverName: MTLS_DOMAIN }))
    await once(socket, 'data')
    socket[leave]()
    t.match(await event, { reason: 'client_closed', serverName: MTLS_DOMAIN })
  }
  t.equal(stage.events.length, 2)
})

t.test('a port that is taken is an error of listen', async (t) => {
  const second = createFront()
  await t.rejects(second.listen({ host: '127.0.0.1', port: stage.port }), { code: 'EADDRINUSE' })
  t.equal(second.address(), null)
  const { port } = await second.listen({ host: '127.0.0.1', port: 0 })
  t.same(second.address(), { address: '127.0.0.1', family: 'IPv4', port })
  await second.close({ timeout: 0 })
})
