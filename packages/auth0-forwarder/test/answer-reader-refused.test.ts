/** What the reader of answers refuses, in however many pieces it comes. */
import t from 'tap'
import { bytesOf, chunkedHead, head, read, readPieces } from './answer-reading.ts'

const PROTOCOL = 'FST_AUTH0_FORWARDER_UPSTREAM_PROTOCOL'

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
  'a chunk of a size with a colon': `${chunkedHead}1:\r\n`,
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
  'a trailer with a name in brackets': `${chunkedHead}0\r\n(A): b\r\n\r\n`,
  'a lone CR in a trailer': `${chunkedHead}0\r\nA: b\rX\r\n\r\n`,
  'a trailer without a name': `${chunkedHead}0\r\n: a\r\n\r\n`,
  'a folded trailer': `${chunkedHead}0\r\nA: b\r\n c\r\n\r\n`,
  'a lone LF in a trailer': `${chunkedHead}0\r\nA: b\n\r\n`,
  'trailers without end': `${chunkedHead}0\r\n${'A: b\r\n'.repeat(8_000)}`,
  'an end with a lone CR': `${chunkedHead}0\r\n\rX`,
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

t.test('refuses another protocol, whatever is behind its answer', async (t) => {
  const text = 'HTTP/1.1 101 x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
  t.match(read(text), { status: null, error: 'FST_AUTH0_FORWARDER_UPSTREAM_UNREACHABLE' })
})
