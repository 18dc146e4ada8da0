import { test } from 'tap'
import { HOST, HOST_FIELD, startGuardedService } from './guarded-service.ts'
import { exchange, exchangeAll } from './raw-exchange.ts'
import { AMBIGUOUS, MALFORMED, postShape, SHAPES } from './smuggling-shapes.ts'

// The attack: a load balancer and the edge read one stream of bytes. Where they disagree on the end of a
// body (one believes Content-Length, the other Transfer-Encoding, or one does not know the other's
// spelling of it), what the attacker sends as a body for the first is a whole new request for the
// second: it runs past the checks that the first one makes, or is put before another client's request.
// Node's strict parser refuses most shapes; the guard must refuse them all, also behind a lenient one.

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

test('passes headers that are only as long as those that the guard looks for, or nearly spelt so', async (t) => {
  const service = await startGuardedService(t)
  const names = ['Cost', 'From', 'Accept', 'Cookie', 'Sec-GPC', 'Upgraded', 'Authorization']
  const long = ['Accept-Charset', 'Xontent-Length', 'Content+Length', 'Content-Lengtx']
  const longest = ['If-Modified-Since', 'Transfer+Encoding', 'Sec-WebSocket-Protocol', 'Etag!']
  for (const name of [...names, ...long, ...longest]) {
    const fields = `${HOST_FIELD}${name}: x\r\nContent-Length: 0\r\n`
    const answer = await exchange(service.port, `POST /oauth/token HTTP/1.1\r\n${fields}\r\n`)
    t.strictSame([answer.status, answer.code], [200, null], name)
  }
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
