/** The reader of answers by itself: what it refuses, and that it makes no difference in how many pieces an answer comes. */
import fc from 'fast-check'
import t from 'tap'
import { AnswerReader } from '../dist/upstream/answer-reader.js'

interface Read {
  readonly status: number | null
  readonly fields: readonly string[]
  readonly body: string
  readonly isComplete: boolean
  /** Bytes behind the end of the answer. */
  readonly rest: number
  readonly error: unknown
}

function readPieces(pieces: readonly Buffer[], method = 'GET'): Read {
  const reader = new AnswerReader()
  reader.begin(method)
  let status: number | null = null
  let fields: readonly string[] = []
  let body = ''
  let rest = 0
  let error: unknown = null
  const sink = {
    onStart: (statusCode: number, all: readonly string[]) => {
      status = statusCode
      fields = all
    },
    onPart: (part: Buffer) => {
      body += part.toString('latin1')
    },
  }
  try {
    for (const piece of pieces) {
      if (reader.isComplete) rest += piece.length
      else rest += piece.length - reader.read(piece, sink)
    }
  } catch (caught) {
    error = caught instanceof Error ? Reflect.get(caught, 'code') : caught
  }
  return { status, fields, body, isComplete: reader.isComplete, rest, error }
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1')
const read = (text: string, method?: string): Read => readPieces([bytesOf(text)], method)

const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const PROTOCOL = 'FST_AUTH0_FORWARDER_UPSTREAM_PROTOCOL'

const good: Readonly<Record<string, readonly [text: string, body: string, rest?: number]>> = {
  'of known length': ['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', 'hello'],
  'with another one behind it': [
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n',
    'ok',
    19,
  ],
  'with a line behind it': ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\r\n', 'ok', 2],
  'without a body': ['HTTP/1.1 204 No Content\r\n\r\n', ''],
  'without a reason': ['HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n', ''],
  'without the space before it': ['HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n', ''],
  'of HTTP/1.0': ['HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na', 'a'],
  'not modified, with a length': ['HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n', ''],
  'with blanks around values': ['HTTP/1.1 200 OK\r\nContent-Length: \t 1 \t\r\nX:\r\n\r\na', 'a'],
  'with interim ones': [
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na',
    'a',
  ],
  chunked: [`${chunkedHead}5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n`, 'hello!'],
  'chunked and empty': [`${chunkedHead}0\r\n\r\n`, ''],
  'chunked, with zeros': [`${chunkedHead}0005\r\nhello\r\n000\r\n\r\n`, 'hello'],
  'chunked, with letters of both cases': [
    `${chunkedHead}a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n`,
    '01234567890123456789a',
  ],
  'chunked, with extensions': [`${chunkedHead}1;a="b";c\r\nx\r\n0;end\r\n\r\n`, 'x'],
  'chunked, with trailers': [`${chunkedHead}1\r\nx\r\n0\r\nExpires: 0\r\nX:\r\n\r\n`, 'x'],
  'chunked, with line ends in the data': [
    `${chunkedHead}6\r\n\r\n0\r\n\r\r\n0\r\n\r\n`,
    '\r\n0\r\n\r',
  ],
  'chunked, with as many digits as a size may have': [
    `${chunkedHead}000000000005\r\nhello\r\n000000000000\r\n\r\n`,
    'hello',
  ],
  'chunked, with another one behind it': [`${chunkedHead}1\r\nx\r\n0\r\n\r\nHTTP`, 'x', 4],
}

for (const [what, [text, body, rest = 0]] of Object.entries(good)) {
  t.test(`reads an answer ${what}, in whatever pieces it comes`, async (t) => {
    const bytes = bytesOf(text)
    const inOne = read(text)
    t.match(inOne, { body, rest, isComplete: true, error: null })
    const asInOne = JSON.stringify(inOne)
    const differs = (pieces: readonly Buffer[]) => JSON.stringify(readPieces(pieces)) !== asInOne
    const cuts = Array.from(bytes, (_, at) => at).filter((at) =>
      differs([bytes.subarray(0, at), bytes.subarray(at)]),
    )
    t.same(cuts, [], 'the same wherever it is cut')
    t.same(readPieces([...bytes].map((byte) => Buffer.of(byte))), inOne, 'byte by byte')
    const places = fc.array(fc.integer({ min: 1, max: bytes.length - 1 }), { maxLength: 8 })
    fc.assert(
      fc.property(places, (at) => {
        const ends = [0, ...new Set(at.sort((a, b) => a - b)), bytes.length]
        const pieces = ends.slice(1).map((end, index) => bytes.subarray(ends[index], end))
        return !differs(pieces)
      }),
    )
  })
}

t.test('reads as many fields, interim answers and chunks as there may be', async (t) => {
  const fields = `${'A: b\r\n'.repeat(255)}Content-Length: 1`
  const full = `${'HTTP/1.1 102 x\r\n\r\n'.repeat(16)}HTTP/1.1 200 OK\r\n${fields}\r\n\r\na`
  t.match(read(full), { body: 'a', isComplete: true, error: null })
  // Sizes do not count as extensions do.
  const many = `${chunkedHead}${'1\r\nx\r\n'.repeat(20_000)}0\r\n\r\n`
  t.match(read(many), { body: 'x'.repeat(20_000), isComplete: true, error: null })
  const most = 'a'.repeat(16_384)
  const extended = `${chunkedHead}1;${most}\r\nx\r\n0\r\n\r\n`
  t.match(read(extended), { body: 'x', isComplete: true, error: null })
  const followed = `${chunkedHead}0\r\n${most.slice(1)}:\r\n\r\n`
  t.match(read(followed), { body: '', isComplete: true, error: null })
})

t.test('refuses another protocol, whatever is behind its answer', async (t) => {
  const text = 'HTTP/1.1 101 x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
  t.match(read(text), { status: null, error: 'FST_AUTH0_FORWARDER_UPSTREAM_UNREACHABLE' })
})

t.test('the answer to a HEAD has no body, whatever it says', async (t) => {
  for (const field of ['Content-Length: 5', 'Transfer-Encoding: chunked']) {
    const answer = read(`HTTP/1.1 200 OK\r\n${field}\r\n\r\n5\r\nab`, 'HEAD')
    t.match(answer, { status: 200, body: '', isComplete: true, rest: 5 }, field)
  }
})

t.test('chunks of any size come out as they went in', async (t) => {
  const chunk = fc.uint8Array({ minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(fc.array(chunk), fc.integer({ min: 1, max: 400 }), (chunks, size) => {
      const parts = chunks.flatMap((each) => [
        bytesOf(`${each.length.toString(16)}\r\n`),
        Buffer.from(each),
        bytesOf('\r\n'),
      ])
      const bytes = Buffer.concat([bytesOf(chunkedHead), ...parts, bytesOf('0\r\n\r\n')])
      const pieces: Buffer[] = []
      for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
      const { body, isComplete, rest } = readPieces(pieces)
      return isComplete && rest === 0 && bytesOf(body).equals(Buffer.concat(chunks))
    }),
  )
  t.end()
})

const head = (lines: string): string => `HTTP/1.1 200 OK\r\n${lines}\r\n\r\n`
const bad: Readonly<Record<string, string>> = {
  'no HTTP': 'SSH-2.0-OpenSSH_9.9\r\n',
  'a line before it': '\r\nHTTP/1.1 200 OK\r\n\r\n',
  'a lower case version': 'http/1.1 200 OK\r\n\r\n',
  'HTTP/2': 'HTTP/2.0 200 OK\r\n\r\n',
  'HTTP/1.2': 'HTTP/1.2 200 OK\r\n\r\n',
  'two spaces before the status': 'HTTP/1.1  200 OK\r\n\r\n',
  'a tab before the status': 'HTTP/1.1\t200 OK\r\n\r\n',
  'a status of two digits': 'HTTP/1.1 20 OK\r\n\r\n',
  'a status of four digits': 'HTTP/1.1 2000 OK\r\n\r\n',
  'a status beyond 599': 'HTTP/1.1 600 x\r\n\r\n',
  'a status below 100': 'HTTP/1.1 099 x\r\n\r\n',
  'a control character in the reason': 'HTTP/1.1 200 O\0K\r\n\r\n',
  'a lone CR in the reason': 'HTTP/1.1 200 O\rK\r\n\r\n',
  'a lone LF after the status line': 'HTTP/1.1 200 OK\nA: b\r\n\r\n',
  'a lone LF between fields': head('A: b\nC: d'),
  'a lone CR between fields': head('A: b\rC: d'),
  'a NUL in a value': head('A: b\0'),
  'a DEL in a value': head('A: b\x7f'),
  'a space before the colon': head('Content-Length : 0'),
  'a tab before the colon': head('Content-Length\t: 0'),
  'a folded line': head('A: b\r\n c'),
  'a folded line by a tab': head('A: b\r\n\tc: d'),
  'a field without a name': head(': b'),
  'a field without a colon': head('A'),
  'a colon in the line after': head('A\r\nB: c'),
  'a name in brackets': head('[A]: b'),
  'a name beyond ASCII': head('\xe4: b'),
  'two lengths': head('Content-Length: 1\r\nContent-Length: 2'),
  'one length twice': head('Content-Length: 1\r\nContent-Length: 1'),
  'a list of lengths': head('Content-Length: 1, 1'),
  'a negative length': head('Content-Length: -1'),
  'a signed length': head('Content-Length: +1'),
  'a hexadecimal length': head('Content-Length: 0x1'),
  'a length with a point': head('Content-Length: 1.0'),
  'no length in its field': head('Content-Length:'),
  'a length beyond numbers': head('Content-Length: 9999999999999999'),
  'a length beside chunks': head('Content-Length: 1\r\nTransfer-Encoding: chunked'),
  'chunks beside a length': head('Transfer-Encoding: chunked\r\nContent-Length: 1'),
  'a coding of its own': head('Transfer-Encoding: gzip, chunked'),
  'chunks twice': head('Transfer-Encoding: chunked, chunked'),
  'chunks in two fields': head('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'),
  'an identity coding': head('Transfer-Encoding: identity'),
  'a coding in disguise': head('Transfer-Encoding: \x0bchunked'),
  'an empty coding': head('Transfer-Encoding:'),
  'chunks in HTTP/1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  'too many fields': head('A: b\r\n'.repeat(257).trimEnd()),
  'a head without end': `HTTP/1.1 200 OK\r\nA: ${'b'.repeat(40_000)}`,
  'interim answers without end': 'HTTP/1.1 102 x\r\n\r\n'.repeat(17),
  'a chunk without a size': `${chunkedHead}\r\n`,
  'a chunk with an extension alone': `${chunkedHead};a\r\n`,
  'a chunk of no number': `${chunkedHead}g\r\n`,
  'a chunk of a signed size': `${chunkedHead}+1\r\n`,
  'a chunk of a size with 0x': `${chunkedHead}0x1\r\n`,
  'a chunk with a space before its size': `${chunkedHead} 1\r\n`,
  'a chunk with a space after its size': `${chunkedHead}1 \r\n`,
  'a chunk beyond numbers': `${chunkedHead}${'f'.repeat(13)}\r\n`,
  'a chunk with a lone LF': `${chunkedHead}1\nx\r\n`,
  'a chunk with a lone CR': `${chunkedHead}1\rx`,
  'a chunk longer than it says': `${chunkedHead}1\r\nxy\r\n`,
  'a chunk that ends with a lone CR': `${chunkedHead}1\r\nx\rX0\r\n\r\n`,
  'a chunk that ends with a lone LF': `${chunkedHead}1\r\nx\n`,
  'a NUL in an extension': `${chunkedHead}1;a\0\r\n`,
  'a DEL in an extension': `${chunkedHead}1;a\x7f\r\n`,
  'a lone LF in an extension': `${chunkedHead}1;a\nx\r\n`,
  'extensions without end': `${chunkedHead}1;${'a'.repeat(16_385)}`,
  'many extensions': `${chunkedHead}${`1;${'a'.repeat(100)}\r\nx\r\n`.repeat(200)}`,
  'a trailer without a colon': `${chunkedHead}0\r\nabc\r\n\r\n`,
  'a trailer of brackets': `${chunkedHead}0\r\n()\r\n\r\n`,
  'a trailer without a name': `${chunkedHead}0\r\n: a\r\n\r\n`,
  'a folded trailer': `${chunkedHead}0\r\nA: b\r\n c\r\n\r\n`,
  'a lone LF in a trailer': `${chunkedHead}0\r\nA: b\n\r\n`,
  'trailers without end': `${chunkedHead}0\r\n${'A: b\r\n'.repeat(8_000)}`,
  'an end with a lone LF': `${chunkedHead}0\r\n\n`,
}

for (const [what, text] of Object.entries(bad)) {
  t.test(`refuses ${what}, in whatever pieces it comes`, async (t) => {
    t.equal(read(text).error, PROTOCOL)
    const bytes = bytesOf(text)
    const step = Math.max(1, Math.floor(bytes.length / 100))
    const passed: number[] = []
    for (let at = 1; at < bytes.length; at += step) {
      const { error } = readPieces([bytes.subarray(0, at), bytes.subarray(at)])
      if (error !== PROTOCOL) passed.push(at)
    }
    t.same(passed, [], 'cut there')
  })
}

t.test('names come in lower case, however they are spelt, and values as they are', async (t) => {
  const { fields } = read(head('X-ABC: aBc \r\nconstructor: x\r\n__PROTO__: y\r\nX-Abc: caf\xe9'))
  t.same(fields, ['x-abc', 'aBc', 'constructor', 'x', '__proto__', 'y', 'x-abc', 'caf\xe9'])
})
