import t from 'tap'
import {
  handshakeMessage,
  hello,
  helloMessage,
  hostName,
  record,
  uint8,
  uint16,
  vector16,
} from './front-hello.ts'
import { NAME, oneByteAtATime, read } from './front-hello-reading.ts'

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
