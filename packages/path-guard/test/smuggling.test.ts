import { test } from 'tap'
import { HOST, HOST_FIELD, startGuardedService } from './guarded-service.ts'
import { exchange, exchangeAll } from './raw-exchange.ts'

// The attack: a load balancer and the edge read one stream of bytes. Where they disagree on the end of a
// body (one believes Content-Length, the other Transfer-Encoding, or one does not know the other's
// spelling of it), what the attacker sends as a body for the first is a whole new request for the
// second: it runs past the checks that the first one makes, or is put before another client's request.
// Node's strict parser refuses most shapes; the guard must refuse them all, also behind a lenient one.

const AMBIGUOUS = 'FST_PATH_GUARD_AMBIGUOUS_FRAMING'
const MALFORMED = 'FST_PATH_GUARD_MALFORMED_REQUEST'
/** Node's parser answers, without a code of ours. */
const NODE = null

const CHUNKED_BODY = '0\r\n\r\n'

interface Shape {
  readonly name: string
  readonly fields: string
  readonly body?: string
  readonly version?: '1.0' | '1.1'
  /** The code behind the strict parser and behind the lenient one; the status is 400 for all. */
  readonly codes: readonly [strict: string | null, lenient: string | null]
}

const SHAPES: readonly Shape[] = [
  // Two framings.
  {
    name: 'CL.TE',
    fields: 'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n',
    body: '0\r\n\r\nG',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'TE.CL',
    fields: 'Transfer-Encoding: chunked\r\nContent-Length: 3\r\n',
    body: '8\r\nSMUGGLED\r\n0\r\n\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'TE.CL with a length of 0',
    fields: 'Transfer-Encoding: chunked\r\nContent-Length: 0\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'CL.TE with an unknown coding',
    fields: 'Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  // TE.TE: a Transfer-Encoding that one of the two does not recognise.
  ...[
    ['xchunked', AMBIGUOUS],
    ['identity', AMBIGUOUS],
    ['gzip', AMBIGUOUS],
    ['x', AMBIGUOUS],
    ['', NODE],
    ['Chunked', AMBIGUOUS],
    ['CHUNKED', AMBIGUOUS],
    ['chunked;q=1', AMBIGUOUS],
    ['"chunked"', AMBIGUOUS],
    ['chunked,', NODE],
    [', chunked', AMBIGUOUS],
    ['chunked, chunked', NODE],
    ['gzip, chunked', AMBIGUOUS],
    ['identity, chunked', AMBIGUOUS],
    ['chunked, identity', NODE],
    ['chunked, gzip', NODE],
    ['chunked\tx', AMBIGUOUS],
    ['\x0bchunked', NODE],
    ['\x0cchunked', NODE],
    ['chunked\x00', NODE],
    ['\xa0chunked', AMBIGUOUS],
    ['chunke\xc4\x91', AMBIGUOUS],
  ].map(
    ([value, strict]): Shape => ({
      name: `Transfer-Encoding: ${JSON.stringify(value)}`,
      fields: `Transfer-Encoding: ${value}\r\n`,
      codes: [strict ?? null, value === '' ? NODE : AMBIGUOUS],
    }),
  ),
  {
    name: 'two Transfer-Encodings',
    fields: 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'two Transfer-Encodings, the first unknown',
    fields: 'Transfer-Encoding: x\r\nTransfer-encoding: chunked\r\n',
    codes: [AMBIGUOUS, AMBIGUOUS],
  },
  {
    name: 'Transfer-Encoding twice the same',
    fields: 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'a space before the colon',
    fields: 'Transfer-Encoding : chunked\r\n',
    codes: [NODE, MALFORMED],
  },
  {
    name: 'a tab before the colon',
    fields: 'Transfer-Encoding\t: chunked\r\n',
    codes: [NODE, NODE],
  },
  {
    name: 'a line break before the value',
    fields: 'Transfer-Encoding:\r\n identity\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'a folded list',
    fields: 'Transfer-Encoding: chunked\r\n , identity\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'hidden behind a bare line feed',
    fields: 'X: y\nTransfer-Encoding: x\r\n',
    codes: [NODE, AMBIGUOUS],
  },
  {
    name: 'hidden behind a bare carriage return',
    fields: 'X: y\rTransfer-Encoding: chunked\r\n',
    codes: [NODE, NODE],
  },
  ...['Transfer_Encoding', 'transfer_encoding', 'TRANSFER.ENCODING'].map(
    (name): Shape => ({
      name,
      fields: `${name}: chunked\r\nContent-Length: 0\r\n`,
      body: '',
      codes: [AMBIGUOUS, AMBIGUOUS],
    }),
  ),
  ...['Transfer_Encoding: chunked', 'Content_Length: 5', 'content.length: 0'].map(
    (field): Shape => ({
      name: `${field}, alone`,
      fields: `${field}\r\n`,
      body: '',
      codes: [AMBIGUOUS, AMBIGUOUS],
    }),
  ),
  {
    name: 'Transfer-Encoding in HTTP/1.0',
    fields: 'Transfer-Encoding: chunked\r\n',
    version: '1.0',
    codes: [AMBIGUOUS, AMBIGUOUS],
  },
  // Content-Length.
  ...[
    ['', NODE],
    ['+5', NODE],
    ['-5', NODE],
    ['0x5', NODE],
    ['5.0', NODE],
    ['5e0', NODE],
    ['5, 5', NODE],
    ['5,5', NODE],
    ['5 5', NODE],
    ['five', NODE],
    ['\x0b5', NODE],
    ['99999999999999999999', NODE],
    ['9999999999999999', AMBIGUOUS],
    ['0000000000000005', AMBIGUOUS],
  ].map(
    ([value, code]): Shape => ({
      name: `Content-Length: ${JSON.stringify(value)}`,
      fields: `Content-Length: ${value}\r\n`,
      codes: [code ?? null, code ?? null],
    }),
  ),
  {
    name: 'two Content-Lengths',
    fields: 'Content-Length: 5\r\nContent-Length: 6\r\n',
    codes: [NODE, NODE],
  },
  {
    name: 'Content-Length twice the same',
    fields: 'Content-Length: 5\r\nContent-Length: 5\r\n',
    codes: [NODE, NODE],
  },
  ...['Content_Length', 'content.length'].map(
    (name): Shape => ({
      name,
      fields: `${name}: 5\r\nContent-Length: 0\r\n`,
      body: '',
      codes: [AMBIGUOUS, AMBIGUOUS],
    }),
  ),
]

function postShape({ fields, body = CHUNKED_BODY, version = '1.1' }: Shape): string {
  return `POST /oauth/token HTTP/${version}\r\n${HOST_FIELD}${fields}\r\n${body}`
}

/** What the attacker hides: a request that would be allowed, and leaves a trace. */
const HIDDEN = `POST /oauth/token?smuggled HTTP/1.1\r\n${HOST_FIELD}Content-Length: 0\r\n\r\n`

for (const [index, parser] of (['strict', 'lenient'] as const).entries()) {
  test(`refuses every ambiguous framing behind a ${parser} parser, and what is smuggled with it`, async (t) => {
    for (const guard of [{}, { endpoints: 'any' }] as const) {
      const service = await startGuardedService(t, { guard, lenientParser: parser === 'lenient' })
      for (const shape of SHAPES) {
        const answer = await exchange(service.port, postShape(shape) + HIDDEN)
        t.strictSame([answer.status, answer.code], [400, shape.codes[index]], shape.name)
        t.ok(answer.closed, `${shape.name}: closes the connection`)
      }
      t.strictSame(service.reached, [], 'no handler saw the request or the hidden one')
    }
  })
}

test('refuses two Content-Lengths without the help of any parser', async (t) => {
  const { app, reached } = await startGuardedService(t)
  for (const lengths of [
    ['0', '0'],
    ['0', '5'],
  ]) {
    const headers = { host: HOST, 'Content-Length': lengths }
    const answer = await app.inject({ method: 'POST', url: '/oauth/token', headers })
    t.strictSame([answer.statusCode, answer.json().code], [400, AMBIGUOUS], lengths.join())
  }
  t.strictSame(reached, [])
})

test('lets a body through that is framed in one way', async (t) => {
  const service = await startGuardedService(t)
  const good: readonly (readonly [fields: string, body: string])[] = [
    ['', ''],
    ['Content-Length: 0\r\n', ''],
    ['Content-Length: 5\r\n', 'a=b&c'],
    ['Content-Length:5\r\n', 'a=b&c'],
    ['Content-Length: \t5 \t\r\n', 'a=b&c'],
    ['content-length: 5\r\n', 'a=b&c'],
    ['Transfer-Encoding: chunked\r\n', '5\r\na=b&c\r\n0\r\n\r\n'],
    ['TRANSFER-ENCODING:\tchunked \r\n', '5;x=y\r\na=b&c\r\n0\r\n\r\n'],
    ['Transfer-Encoding: chunked\r\nTrailer: x\r\n', '0\r\nx: y\r\n\r\n'],
    ['TE: trailers\r\nX-Transfer-Encoding: x\r\n', ''],
  ]
  for (const [fields, body] of good) {
    const type = 'Content-Type: application/x-www-form-urlencoded\r\n'
    const request = `POST /oauth/token HTTP/1.1\r\n${HOST_FIELD}${type}${fields}\r\n${body}`
    const answer = await exchange(service.port, request)
    t.equal(answer.status, 200, JSON.stringify(fields))
  }
  t.equal(service.reached.length, good.length)
})

test('answers pipelined requests that are well formed, and none after one that is not', async (t) => {
  const service = await startGuardedService(t)
  const good = `POST /oauth/token?first HTTP/1.1\r\n${HOST_FIELD}Content-Length: 0\r\n\r\n`
  const bad = `POST /oauth/token HTTP/1.1\r\n${HOST_FIELD}Upgrade: x\r\nContent-Length: 0\r\n\r\n`
  const answer = await exchangeAll(service.port, good + bad + HIDDEN)
  t.strictSame(
    [...answer.everything.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status),
    ['200', '400'],
  )
  t.strictSame(service.reached, ['POST /oauth/token?first'])
})

test('forgets a spoilt connection with it: the next one is served', async (t) => {
  const service = await startGuardedService(t)
  const bad = `POST /oauth/token HTTP/1.1\r\n${HOST_FIELD}Transfer-Encoding: x\r\n\r\n`
  t.equal((await exchange(service.port, bad)).status, 400)
  t.equal((await exchange(service.port, HIDDEN)).status, 200)
})

test('refuses a header section so long that Node could have dropped fields of it', async (t) => {
  const service = await startGuardedService(t)
  const fields = (count: number): string => 'a:\r\n'.repeat(count)
  const request = (count: number): string =>
    `POST /oauth/token HTTP/1.1\r\n${HOST_FIELD}${fields(count)}\r\n`
  const most = await exchange(service.port, request(499))
  t.equal(most.status, 200)
  const tooMany = await exchange(service.port, request(500))
  t.strictSame([tooMany.status, tooMany.code], [400, MALFORMED])
  t.equal(service.reached.length, 1)
})
