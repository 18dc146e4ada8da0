import fc from 'fast-check'
import t from 'tap'
import {
  createClientHelloReader,
  MAX_HELLO_LENGTH,
  MAX_WIRE_LENGTH,
} from '../dist/front/client-hello.js'
import {
  handshakeMessage,
  hello,
  helloMessage,
  hostName,
  record,
  records,
  uint8,
  uint16,
  vector16,
} from './front-hello.ts'

function read(bytes: Uint8Array) {
  return createClientHelloReader().push(bytes)
}

/** Pushes the bytes cut at the given places. */
function readInParts(bytes: Buffer, cuts: readonly number[]) {
  const reader = createClientHelloReader()
  let result = reader.push(Buffer.alloc(0))
  let from = 0
  for (const to of [...new Set(cuts)].sort((a, b) => a - b).concat(bytes.length)) {
    result = reader.push(bytes.subarray(from, to))
    from = to
  }
  return { result, bytes: reader.bytes() }
}

function oneByteAtATime(bytes: Buffer) {
  return readInParts(
    bytes,
    Array.from(bytes, (_, index) => index),
  )
}

const complete = (serverName: string) => ({
  status: 'complete',
  serverName,
  hasServerName: true,
  offersTls12: true,
})

const GREASE = 0x0a0a
const NAME = 'mtls.auth.example.com'

const readable: Record<string, { bytes: Buffer; expected: object }> = {
  'TLS 1.2': { bytes: hello({ serverName: NAME }), expected: complete(NAME) },
  'TLS 1.3': { bytes: hello({ serverName: NAME, versions: [0x0304] }), expected: complete(NAME) },
  'GREASE in suites, groups, versions and extensions (RFC 8701)': {
    bytes: hello({
      serverName: NAME,
      suites: [GREASE, 0x1301],
      groups: [GREASE, 0x001d],
      versions: [GREASE, 0x0304, 0x0303],
      extraExtensions: [
        [GREASE, Buffer.alloc(0)],
        [0xfafa, Buffer.alloc(1)],
      ],
    }),
    expected: complete(NAME),
  },
  'an extension like ECH': {
    bytes: hello({ serverName: NAME, extraExtensions: [[0xfe0d, Buffer.alloc(300, 7)]] }),
    expected: complete(NAME),
  },
  'capital letters and a trailing dot': {
    bytes: hello({ serverName: 'MTLS.Auth.Example.COM.' }),
    expected: complete(NAME),
  },
  'several records': {
    bytes: records(helloMessage({ serverName: NAME }), 7),
    expected: complete(NAME),
  },
  'records of one byte': {
    bytes: records(helloMessage({ serverName: NAME }), 1),
    expected: complete(NAME),
  },
  '60 KiB in four records': {
    bytes: hello({ serverName: NAME, extraExtensions: [[21, Buffer.alloc(60 * 1024)]] }),
    expected: complete(NAME),
  },
  'early data behind it': {
    bytes: Buffer.concat([hello({ serverName: NAME }), record(Buffer.alloc(50), 23)]),
    expected: complete(NAME),
  },
  'no SNI': {
    bytes: hello(),
    expected: { status: 'complete', serverName: null, hasServerName: false },
  },
  'no extensions at all': {
    bytes: hello({ withoutExtensions: true }),
    expected: { status: 'complete', serverName: null, hasServerName: false, offersTls12: true },
  },
  'TLS 1.1 at most': {
    bytes: hello({ serverName: NAME, legacyVersion: 0x0302 }),
    expected: { status: 'complete', serverName: NAME, offersTls12: false },
  },
  'supported_versions of 1.1 alone, whatever the legacy version says': {
    bytes: hello({ serverName: NAME, versions: [0x0302] }),
    expected: { status: 'complete', serverName: NAME, offersTls12: false },
  },
}

for (const [what, { bytes, expected }] of Object.entries(readable)) {
  t.test(`reads a hello with ${what}, whole and byte by byte`, async (t) => {
    t.match(read(bytes), expected)
    const parts = oneByteAtATime(bytes)
    t.match(parts.result, expected)
    t.same(parts.bytes, bytes, 'gives back every byte')
  })
}

for (const name of [
  '127.0.0.1',
  '::1',
  '[::1]',
  '1.2.3',
  '0x7f000001',
  'a.0x7f',
  '.',
  '..',
  'auth.example.com..',
  '.auth.example.com',
  'auth..example.com',
  '-auth.example.com',
  'auth-.example.com',
  'auth_x.example.com',
  'auth.example.com\0',
  'auth.example.com:443',
  '*.example.com',
  'auth example.com',
  'b\u00fccher.example',
  `${'a'.repeat(64)}.example.com`,
  `${'abcdefg.'.repeat(32)}com`,
]) {
  t.test(`takes ${JSON.stringify(name.slice(0, 30))} for no host name`, async (t) => {
    t.match(read(hello({ serverName: name })), {
      status: 'complete',
      serverName: null,
      hasServerName: true,
    })
  })
}

const good = helloMessage({ serverName: NAME })
const refused: Record<string, { bytes: Buffer; reason: string; alert: number | null }> = {
  'plain HTTP': { bytes: Buffer.from('GET / HTTP/1.1\r\n'), reason: 'not_tls', alert: null },
  'a PROXY header': { bytes: Buffer.from('PROXY TCP4'), reason: 'not_tls', alert: null },
  'a TLS alert first': { bytes: record(Buffer.from([2, 40]), 21), reason: 'not_tls', alert: null },
  'another major version': { bytes: record(good, 22, 0x0201), reason: 'not_tls', alert: null },
  'an SSL 2.0 hello': {
    bytes: Buffer.from([0x80, 0x2e, 0x01, 0x00, 0x02]),
    reason: 'ssl2_hello',
    alert: 70,
  },
  'an empty record': { bytes: record(Buffer.alloc(0)), reason: 'malformed_hello', alert: 50 },
  'an empty record in the middle': {
    bytes: Buffer.concat([record(good.subarray(0, 9)), record(Buffer.alloc(0))]),
    reason: 'malformed_hello',
    alert: 50,
  },
  'a record over 2^14': {
    bytes: Buffer.from([22, 3, 1, 0x40, 0x01]),
    reason: 'malformed_hello',
    alert: 22,
  },
  'another type of record in the middle': {
    bytes: Buffer.concat([record(good.subarray(0, 9)), record(good.subarray(9), 23)]),
    reason: 'malformed_hello',
    alert: 10,
  },
  'another version of record in the middle': {
    bytes: Buffer.concat([record(good.subarray(0, 9)), record(good.subarray(9), 22, 0x0401)]),
    reason: 'malformed_hello',
    alert: 50,
  },
  'another handshake message': {
    bytes: record(handshakeMessage(2, Buffer.alloc(40))),
    reason: 'malformed_hello',
    alert: 10,
  },
  'a second message in the same record': {
    bytes: record(Buffer.concat([good, good])),
    reason: 'malformed_hello',
    alert: 10,
  },
  'one byte too many in the record': {
    bytes: record(Buffer.concat([good, uint8(0)])),
    reason: 'malformed_hello',
    alert: 10,
  },
  'a length over 64 KiB': {
    bytes: record(Buffer.from([1, 1, 0, 0])),
    reason: 'hello_too_large',
    alert: 47,
  },
  'an empty body': {
    bytes: record(handshakeMessage(1, Buffer.alloc(0))),
    reason: 'malformed_hello',
    alert: 50,
  },
  'a body cut short': {
    bytes: record(handshakeMessage(1, good.subarray(4, 60))),
    reason: 'malformed_hello',
    alert: 50,
  },
  'bytes after the extensions': {
    bytes: record(handshakeMessage(1, Buffer.concat([good.subarray(4), uint8(0)]))),
    reason: 'malformed_hello',
    alert: 50,
  },
  'a session id of 33 bytes': {
    bytes: hello({ sessionId: Buffer.alloc(33) }),
    reason: 'malformed_hello',
    alert: 50,
  },
  'no compression method': {
    bytes: hello({ compressions: [] }),
    reason: 'malformed_hello',
    alert: 50,
  },
  'no cipher suite': { bytes: hello({ suites: [] }), reason: 'malformed_hello', alert: 50 },
  'an empty supported_versions': {
    bytes: hello({ versions: [] }),
    reason: 'malformed_hello',
    alert: 50,
  },
  'odd supported_versions': {
    bytes: hello({ extraExtensions: [[43, Buffer.from([3, 3, 4, 3])]] }),
    reason: 'malformed_hello',
    alert: 50,
  },
  'bytes after supported_versions': {
    bytes: hello({ extraExtensions: [[43, Buffer.from([2, 3, 4, 3])]] }),
    reason: 'malformed_hello',
    alert: 50,
  },
  'the SNI twice': {
    bytes: hello({ serverName: NAME, extraExtensions: [[0, hostName('auth.example.com')]] }),
    reason: 'malformed_hello',
    alert: 47,
  },
  'two names in the SNI': {
    bytes: hello({
      serverNameExtension: vector16(
        ...[NAME, 'auth.example.com'].map((name) =>
          Buffer.concat([uint8(0), vector16(Buffer.from(name))]),
        ),
      ),
    }),
    reason: 'malformed_hello',
    alert: 50,
  },
  'a name type other than host_name': {
    bytes: hello({
      serverNameExtension: vector16(uint8(1), vector16(Buffer.from(NAME))),
    }),
    reason: 'malformed_hello',
    alert: 50,
  },
  'an empty name': {
    bytes: hello({ serverNameExtension: hostName('') }),
    reason: 'malformed_hello',
    alert: 50,
  },
  'an empty list of names': {
    bytes: hello({ serverNameExtension: vector16() }),
    reason: 'malformed_hello',
    alert: 50,
  },
  'an empty SNI extension': {
    bytes: hello({ serverNameExtension: Buffer.alloc(0) }),
    reason: 'malformed_hello',
    alert: 50,
  },
  'bytes after the list of names': {
    bytes: hello({ serverNameExtension: Buffer.concat([hostName(NAME), uint8(0)]) }),
    reason: 'malformed_hello',
    alert: 50,
  },
  'an extension longer than its list': {
    bytes: Buffer.concat([
      hello({ extraExtensions: [[21, uint16(9)]] }).subarray(0, -4),
      Buffer.alloc(4, 9),
    ]),
    reason: 'malformed_hello',
    alert: 50,
  },
}

for (const [what, { bytes, reason, alert }] of Object.entries(refused)) {
  t.test(`refuses ${what}, whole and byte by byte`, async (t) => {
    const expected = { status: 'refused', reason, alert }
    t.same(read(bytes), expected)
    t.same(oneByteAtATime(bytes).result, expected)
  })
}

t.test('takes a hello of 64 KiB and refuses one byte more', async (t) => {
  const frame = helloMessage({ serverName: NAME, extraExtensions: [[21, Buffer.alloc(0)]] }).length
  const sized = (length: number) =>
    hello({ serverName: NAME, extraExtensions: [[21, Buffer.alloc(length - frame)]] })
  t.match(read(sized(MAX_HELLO_LENGTH)), complete(NAME))
  t.match(read(sized(MAX_HELLO_LENGTH + 1)), { status: 'refused', reason: 'hello_too_large' })
})

t.test('refuses tiny records without end', async (t) => {
  const message = helloMessage({ serverName: NAME, extraExtensions: [[21, Buffer.alloc(40_000)]] })
  const bytes = records(message, 1)
  t.ok(bytes.length > MAX_WIRE_LENGTH)
  t.match(read(bytes), { status: 'refused', reason: 'hello_too_large', alert: 47 })
})

t.test('keeps its verdict, and nothing of what comes after a refusal', async (t) => {
  const reader = createClientHelloReader()
  const first = reader.push(Buffer.from('GET '))
  t.equal(reader.push(Buffer.alloc(1 << 20)), first)
  t.equal(reader.bytes().length, 4)

  const other = createClientHelloReader()
  const done = other.push(hello({ serverName: NAME }))
  t.equal(other.push(hello({ serverName: 'auth.example.com' })), done)
})

t.test('any way to cut any hello gives one verdict', async () => {
  const names = fc.constantFrom(NAME, 'AUTH.example.com.', '127.0.0.1', 'a..b')
  const hellos = fc
    .record({
      serverName: fc.option(names, { nil: '' }),
      versions: fc.constantFrom([0x0304], [0x0303], [0x0301], [GREASE, 0x0304]),
      padding: fc.nat(5_000),
      recordSize: fc.constantFrom(1, 2, 5, 100, 2 ** 14),
      tail: fc.uint8Array({ maxLength: 20 }),
      damage: fc.option(fc.tuple(fc.nat(400), fc.nat(255)), { nil: null }),
    })
    .map(({ padding, recordSize, tail, damage, ...options }) => {
      const extraExtensions = [[21, Buffer.alloc(padding)]] as const
      const bytes = records(helloMessage({ ...options, extraExtensions }), recordSize)
      if (damage !== null) bytes[damage[0] % bytes.length] = damage[1]
      return Buffer.concat([bytes, tail])
    })
  fc.assert(
    fc.property(hellos, fc.array(fc.nat(6_000), { maxLength: 40 }), (bytes, cuts) => {
      const whole = JSON.stringify(read(bytes))
      const inside = cuts.map((cut) => cut % bytes.length)
      return (
        JSON.stringify(readInParts(bytes, inside).result) === whole &&
        JSON.stringify(oneByteAtATime(bytes).result) === whole
      )
    }),
    { numRuns: 150 },
  )
})

t.test('random bytes never throw, however they are framed', async () => {
  const frames = [
    (bytes: Buffer) => bytes,
    (bytes: Buffer) => records(bytes, 300),
    (bytes: Buffer) => record(handshakeMessage(1, bytes)),
    (bytes: Buffer) => hello({ serverNameExtension: bytes }),
    (bytes: Buffer) => hello({ extraExtensions: [[43, bytes]] }),
    (bytes: Buffer) =>
      record(handshakeMessage(1, Buffer.concat([good.subarray(4, 60), uint16(1), bytes]))),
  ]
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 600 }),
      fc.constantFrom(...frames),
      (bytes, frame) => {
        const result = read(frame(Buffer.from(bytes)))
        return ['incomplete', 'complete', 'refused'].includes(result.status)
      },
    ),
    { numRuns: 3_000 },
  )
})

t.test(
  'the work is linear: 120 KiB byte by byte take about as long per byte as 12 KiB',
  async (t) => {
    const reads = (padding: number) => {
      const bytes = records(
        helloMessage({ serverName: NAME, extraExtensions: [[21, Buffer.alloc(padding)]] }),
        10,
      )
      const start = process.hrtime.bigint()
      t.match(oneByteAtATime(bytes).result, complete(NAME))
      return Number(process.hrtime.bigint() - start) / bytes.length
    }
    reads(6_000)
    const small = Math.min(reads(6_000), reads(6_000), reads(6_000))
    const large = Math.min(reads(60_000), reads(60_000), reads(60_000))
    // Quadratic work would be ten times as much; the machine may be busy, so that four is let pass.
    t.ok(large < small * 4, `${small.toFixed(0)} and ${large.toFixed(0)} ns a byte`)
  },
)
