/** The reader of answers by itself: it makes no difference in how many pieces an answer comes. */
import fc from 'fast-check'
import t from 'tap'
import { bytesOf, chunkedHead, head, read, readPieces } from './answer-reading.ts'

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
  chunked: [
    `${chunkedHead.replace('chunked', 'Chunked')}5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n`,
    'hello!',
  ],
  'chunked and empty': [`${chunkedHead}0\r\n\r\n`, ''],
  'chunked, with zeros': [`${chunkedHead}0005\r\nhello\r\n000\r\n\r\n`, 'hello'],
  'chunked, with letters of both cases': [
    `${chunkedHead}a\r\n0123456789\r\nF\r\n0123456789abcde\r\n0\r\n\r\n`,
    '01234567890123456789abcde',
  ],
  'chunked, with extensions': [`${chunkedHead}1;a="b\t";c\r\nx\r\n0;end\r\n\r\n`, 'x'],
  'chunked, with trailers': [`${chunkedHead}1\r\nx\r\n0\r\nExpires: 0\r\nX+:\r\n\r\n`, 'x'],
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

t.test('the answer to a HEAD has no body, whatever it says', async (t) => {
  for (const field of ['Content-Length: 5', 'Transfer-Encoding: chunked']) {
    const answer = read(`HTTP/1.1 200 OK\r\n${field}\r\n\r\n5\r\nab`, 'HEAD')
    t.match(answer, { status: 200, body: '', isComplete: true, rest: 5 }, field)
  }
})

t.test('chunks of any size come out as they went in', async (t) => {
  const chunk = fc.uint8Array({ minLength: 1, maxLength: 300, size: 'max' })
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

t.test('names come in lower case, however they are spelt, and values as they are', async (t) => {
  const { fields } = read(
    head('X-ABC: aBc \r\nX+:\r\nconstructor: x\r\n__PROTO__: y\r\nX-Abc: caf\xe9'),
  )
  t.same(fields, [
    'x-abc',
    'aBc',
    'x+',
    '',
    'constructor',
    'x',
    '__proto__',
    'y',
    'x-abc',
    'caf\xe9',
  ])
})
