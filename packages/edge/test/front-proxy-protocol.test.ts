import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { clientAddressOf, createFront } from '../dist/front/index.js'
import { readProxyHeader } from '../dist/front/opening/proxy-header.js'
import { hello, uint8, uint16, vector16 } from './front-hello.ts'
import { createAuthorities, get, MTLS_DOMAIN, startStage } from './front-stage.ts'
import { askHello, openTcp, readToEnd, sendToEnd } from './front-wire.ts'

const authorities = createAuthorities()
const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex')

function v2(command: number, family: number, body: Buffer): Buffer {
  return Buffer.concat([SIGNATURE, uint8(command), uint8(family), vector16(body)])
}

const IPV4 = Buffer.concat([Buffer.from([203, 0, 113, 7, 10, 0, 0, 1]), uint16(4711), uint16(443)])
const IPV6 = Buffer.concat([
  Buffer.from('20010db8000000000000000000000007', 'hex'),
  Buffer.from('20010db8000000000000000000000001', 'hex'),
  uint16(4711),
  uint16(443),
])
const value = (type: number, length: number) =>
  Buffer.concat([uint8(type), vector16(Buffer.alloc(length))])

const good: Record<string, { bytes: Buffer; source: object | null }> = {
  'version 1, IPv4': {
    bytes: Buffer.from('PROXY TCP4 203.0.113.7 10.0.0.1 4711 443\r\n'),
    source: { address: '203.0.113.7', port: 4711 },
  },
  'version 1, IPv6': {
    bytes: Buffer.from('PROXY TCP6 2001:db8::7 2001:db8::1 4711 443\r\n'),
    source: { address: '2001:db8::7', port: 4711 },
  },
  'version 1, unknown': { bytes: Buffer.from('PROXY UNKNOWN\r\n'), source: null },
  'version 1, unknown with addresses': {
    bytes: Buffer.from('PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n'),
    source: null,
  },
  'version 2, IPv4': {
    bytes: v2(0x21, 0x11, IPV4),
    source: { address: '203.0.113.7', port: 4711 },
  },
  'version 2, IPv6': {
    bytes: v2(0x21, 0x21, IPV6),
    source: { address: '2001:db8::7', port: 4711 },
  },
  'version 2, with values': {
    bytes: v2(0x21, 0x11, Buffer.concat([IPV4, value(2, 20), value(0xea, 0)])),
    source: { address: '203.0.113.7', port: 4711 },
  },
  'version 2, local': { bytes: v2(0x20, 0x00, Buffer.alloc(0)), source: null },
  'version 2, local with addresses': { bytes: v2(0x20, 0x11, IPV4), source: null },
  'version 2, unspecified': { bytes: v2(0x21, 0x00, Buffer.alloc(9)), source: null },
}

for (const [what, { bytes, source }] of Object.entries(good)) {
  t.test(`reads a header of ${what}, and knows where it ends`, async (t) => {
    const expected = { status: 'complete', source, length: bytes.length }
    t.same(readProxyHeader(bytes), expected)
    t.same(readProxyHeader(Buffer.concat([bytes, Buffer.from([22, 3, 1])])), expected)
    for (let length = 0; length < bytes.length; length++) {
      t.same(readProxyHeader(bytes.subarray(0, length)), { status: 'incomplete' })
    }
  })
}

const bad: Record<string, Buffer> = {
  'a ClientHello': hello({ serverName: MTLS_DOMAIN }),
  'plain HTTP': Buffer.from('GET / HTTP/1.1\r\n'),
  'lower case': Buffer.from('proxy TCP4 203.0.113.7 10.0.0.1 4711 443\r\n'),
  'two spaces': Buffer.from('PROXY  TCP4 203.0.113.7 10.0.0.1 4711 443\r\n'),
  'something before the protocol': Buffer.from(
    'PROXY x PROXY TCP4 203.0.113.7 10.0.0.1 4711 443\r\n',
  ),
  'something before unknown': Buffer.from('PROXY x PROXY UNKNOWN\r\n'),
  'a destination that is no address': Buffer.from('PROXY TCP4 203.0.113.7 lb 4711 443\r\n'),
  'no destination': Buffer.from('PROXY TCP4 203.0.113.7 4711 443\r\n'),
  'an IPv6 address as TCP4': Buffer.from('PROXY TCP4 2001:db8::7 10.0.0.1 4711 443\r\n'),
  'an IPv4 address as TCP6': Buffer.from('PROXY TCP6 203.0.113.7 2001:db8::1 4711 443\r\n'),
  'an address with a zone': Buffer.from('PROXY TCP6 fe80::1%eth0 2001:db8::1 4711 443\r\n'),
  'an octet of 256': Buffer.from('PROXY TCP4 203.0.113.256 10.0.0.1 4711 443\r\n'),
  'an octet with a leading zero': Buffer.from('PROXY TCP4 203.0.113.07 10.0.0.1 4711 443\r\n'),
  'a port of 65536': Buffer.from('PROXY TCP4 203.0.113.7 10.0.0.1 65536 443\r\n'),
  'a port with a leading zero': Buffer.from('PROXY TCP4 203.0.113.7 10.0.0.1 04711 443\r\n'),
  'a negative port': Buffer.from('PROXY TCP4 203.0.113.7 10.0.0.1 -1 443\r\n'),
  'something after the ports': Buffer.from('PROXY TCP4 203.0.113.7 10.0.0.1 4711 443 x\r\n'),
  'another protocol': Buffer.from('PROXY UDP4 203.0.113.7 10.0.0.1 4711 443\r\n'),
  'a control character': Buffer.from('PROXY UNKNOWN a\tb\r\n'),
  'a line without an end': Buffer.alloc(108, 'PROXY UNKNOWN aaaaaa'),
  'another signature': Buffer.concat([SIGNATURE.subarray(0, 11), Buffer.from('x')]),
  'version 1 in binary': v2(0x11, 0x11, IPV4),
  'an unknown command': v2(0x22, 0x11, IPV4),
  'UDP in binary': v2(0x21, 0x12, IPV4),
  'a Unix socket': v2(0x21, 0x31, Buffer.alloc(216)),
  'addresses cut short': v2(0x21, 0x11, IPV4.subarray(0, 11)),
  'a value of one byte': v2(0x21, 0x11, Buffer.concat([IPV4, uint8(2)])),
  'a value cut short': v2(0x21, 0x11, Buffer.concat([IPV4, value(2, 20).subarray(0, -1)])),
  'a length over the limit': v2(0x21, 0x11, Buffer.alloc(4_081)),
}

for (const [what, bytes] of Object.entries(bad)) {
  t.test(`refuses ${what}`, async (t) => {
    t.same(readProxyHeader(bytes), { status: 'refused' })
  })
}

t.test('random bytes behind a good beginning never throw', async () => {
  const beginnings = [Buffer.alloc(0), Buffer.from('PROXY '), Buffer.from('PROXY TCP6 '), SIGNATURE]
  fc.assert(
    fc.property(
      fc.constantFrom(...beginnings),
      fc.uint8Array({ maxLength: 200, size: 'max' }),
      (begin, rest) => {
        const { status } = readProxyHeader(Buffer.concat([begin, rest]))
        return ['incomplete', 'complete', 'refused'].includes(status)
      },
    ),
    { numRuns: 2_000 },
  )
})

async function startBehindBalancer(t: Test, trusted: readonly string[]) {
  const stage = await startStage({
    authorities,
    front: { proxyProtocol: { trusted }, helloTimeout: 2_000 },
    listener(request, response) {
      response.end(JSON.stringify(clientAddressOf(request.socket)))
    },
  })
  t.teardown(() => stage.close())
  return stage
}

/** One request over TLS, with these bytes in front of it. */
async function requestBehind(port: number, header: Buffer): Promise<string> {
  const tcp = await openTcp(port)
  tcp.write(header)
  const socket = connectTls({ socket: tcp, servername: MTLS_DOMAIN, rejectUnauthorized: false })
  socket.end(get(MTLS_DOMAIN))
  await once(socket, 'secureConnect')
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return answer.slice(answer.indexOf('\r\n\r\n') + 4)
}

t.test('the client is where the header of a trusted balancer says', async (t) => {
  const stage = await startBehindBalancer(t, ['127.0.0.0/8'])
  for (const { bytes, source } of Object.values(good)) {
    t.match(
      JSON.parse(await requestBehind(stage.port, bytes)),
      source ?? { address: '127.0.0.1', port: Number },
    )
  }
  t.same(stage.events, [])
})

t.test('header and hello may come byte by byte', async (t) => {
  const stage = await startBehindBalancer(t, ['127.0.0.1'])
  const socket = await openTcp(stage.port)
  socket.setNoDelay(true)
  const bytes = Buffer.concat([v2(0x21, 0x21, IPV6), hello({ serverName: 'other.example.com' })])
  for (const byte of bytes) {
    socket.write(Buffer.from([byte]))
    // Until the front, in the same process, has had its turn: it would be given all of them in one.
    await sleep(1)
  }
  t.equal((await readToEnd(socket)).toString('hex'), '15030300020270')
  t.match(stage.events, [
    { reason: 'unknown_server_name', remoteAddress: '2001:db8::7', remotePort: 4711 },
  ])
})

t.test('a trusted balancer without a header, or with two, is closed', async (t) => {
  const stage = await startBehindBalancer(t, ['127.0.0.1'])
  const bytes = hello({ serverName: MTLS_DOMAIN })
  t.same(await sendToEnd(stage.port, bytes), Buffer.alloc(0))
  const header = v2(0x21, 0x11, IPV4)
  t.same(await sendToEnd(stage.port, Buffer.concat([header, header, bytes])), Buffer.alloc(0))
  t.match(stage.events, [
    { reason: 'invalid_proxy_header', remoteAddress: '127.0.0.1' },
    { reason: 'not_tls', remoteAddress: '203.0.113.7' },
  ])
})

t.test('anybody else with a header is closed', async (t) => {
  for (const trusted of [[], ['10.0.0.0/8', '2001:db8::/32', '127.0.0.2']]) {
    const stage = await startBehindBalancer(t, trusted)
    for (const { bytes } of Object.values(good)) {
      const received = await sendToEnd(
        stage.port,
        Buffer.concat([bytes, hello({ serverName: MTLS_DOMAIN })]),
      )
      t.same(received, Buffer.alloc(0))
    }
    t.ok(stage.events.every((event) => 'reason' in event && event.reason === 'not_tls'))
    t.match(await askHello(stage.port, hello({ serverName: MTLS_DOMAIN })), {
      kind: 'server_hello',
    })
  }
})

t.test("a balancer's health check, a header and no more, is not reported", async (t) => {
  const stage = await startBehindBalancer(t, ['127.0.0.1'])
  const socket = await openTcp(stage.port)
  await readToEnd(socket.end(v2(0x20, 0x00, Buffer.alloc(0))))
  t.same(stage.events, [])
})

t.test('an address over an IPv6 socket counts as what it is', async (t) => {
  const { createTrustedPeers } = await import('../dist/front/opening/trusted-peers.js')
  const isTrusted = createTrustedPeers(['10.0.0.0/8', '192.0.2.1', '2001:db8::/32'])
  for (const [address, expected] of [
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['11.0.0.1', false],
    ['192.0.2.1', true],
    ['192.0.2.2', false],
    ['2001:db8:1::1', true],
    ['2001:db9::1', false],
    ['', false],
    ['localhost', false],
  ] as const) {
    t.equal(isTrusted(address), expected, address)
  }
})

for (const item of ['', 'localhost', '10.0.0.0/33', '::/129', '10.0.0/8', '10.0.0.0/', '/8', '*']) {
  t.test(`refuses ${JSON.stringify(item)} as a trusted peer`, async (t) => {
    t.throws(() => createFront({ proxyProtocol: { trusted: [item] } }), {
      code: 'FST_EDGE_INVALID_TRUSTED_PEER',
    })
  })
}
