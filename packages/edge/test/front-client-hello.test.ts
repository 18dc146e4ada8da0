import t from 'tap'
import { hello, helloMessage, record, records } from './front-hello.ts'
import { complete, GREASE, NAME, oneByteAtATime, read } from './front-hello-reading.ts'

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
