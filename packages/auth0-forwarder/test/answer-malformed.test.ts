/** What no reader could be sure of is nobody's answer: 502, its connection closed, and whoever asks next is served on another one. */
import { once } from 'node:events'
import t from 'tap'
import { codeOf, requestOf, startEdge } from './edge-in-test.ts'
import { startRawTarget, whole, write } from './raw-target.ts'

const PREFIX = 'FST_AUTH0_FORWARDER_UPSTREAM_'

const malformed: Readonly<Record<string, string>> = {
  'no HTTP': 'SSH-2.0-OpenSSH_9.9\r\n',
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
  'a length twice': 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na',
  'a list of lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 1,1\r\n\r\na',
  'a length beside chunks':
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'a space before a colon': 'HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\na',
  'a folded line': 'HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n',
  'a lone LF': 'HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n',
  'a lone CR': 'HTTP/1.1 200 OK\r\nA: b\rContent-Length: 0\r\n\r\n',
  'a NUL': 'HTTP/1.1 200 OK\r\nA: b\0\r\nContent-Length: 0\r\n\r\n',
  'chunks in HTTP/1.0': 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'a status of its own': 'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n',
  'interim answers without end': 'HTTP/1.1 103 Hints\r\n\r\n'.repeat(100),
  'a chunk of no number': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n',
  'a head of 40,000 bytes': `HTTP/1.1 200 OK\r\nA: ${'a'.repeat(40_000)}\r\n\r\n`,
}

for (const [what, bytes] of Object.entries(malformed)) {
  t.test(`an answer with ${what} is a 502, and the next request is served`, async (t) => {
    const target = await startRawTarget(t, write(bytes))
    const { send } = await startEdge(t, { options: { forwardingTarget: target.origin } })
    const response = await send(requestOf('GET /first'))
    t.equal(response?.status, 502)
    t.equal(codeOf(response), `${PREFIX}PROTOCOL`)
    const [socket] = target.sockets
    if (socket?.closed === false) await once(socket, 'close')
    target.answerWith(write(whole()))
    t.equal((await send(requestOf('GET /second')))?.text, 'ok')
    t.same(target.requests, [
      { path: '/first', connection: 1 },
      { path: '/second', connection: 2 },
    ])
  })
}

const last: Readonly<Record<string, string>> = {
  'says close': 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok',
  'says close among others':
    'HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nok',
  'is of HTTP/1.0': 'HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'keeps the connection for a second':
    'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok',
}

for (const [what, bytes] of Object.entries(last)) {
  t.test(`an answer that ${what} is passed on, and is the last of its connection`, async (t) => {
    const target = await startRawTarget(t, write(bytes))
    const { send } = await startEdge(t, { options: { forwardingTarget: target.origin } })
    for (const number of [1, 2, 3]) {
      t.equal((await send(requestOf('GET /')))?.text, 'ok')
      t.equal(target.requests.at(-1)?.connection, number)
    }
  })
}

t.test('an answer without a length ends with its connection', async (t) => {
  const target = await startRawTarget(t, (socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'))
  const { send } = await startEdge(t, { options: { forwardingTarget: target.origin } })
  for (const number of [1, 2]) {
    t.equal((await send(requestOf('GET /')))?.text, 'all of it')
    t.equal(target.requests.at(-1)?.connection, number)
  }
})

t.test('interim answers, 100 too, are not the answer', async (t) => {
  const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\n'
  const target = await startRawTarget(t, write(interim + whole()))
  const { send } = await startEdge(t, { options: { forwardingTarget: target.origin } })
  for (let round = 0; round < 2; round += 1) {
    const response = await send(requestOf('GET /'))
    t.match(response, { status: 200, text: 'ok', informational: [] })
  }
  t.same(
    target.requests.map(({ connection }) => connection),
    [1, 1],
  )
})

t.test('an answer that comes byte by byte is the same, and so is its connection', async (t) => {
  const bytes = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n2\r\nok\r\n0\r\n\r\n`
  const target = await startRawTarget(t, async (socket) => {
    for (const byte of bytes) {
      await new Promise((resolve) => socket.write(byte, resolve))
    }
  })
  const { send } = await startEdge(t, { options: { forwardingTarget: target.origin } })
  for (let round = 0; round < 2; round += 1) {
    const response = await send(requestOf('GET /'))
    t.match(response, { status: 200, text: 'ok', headers: { 'x-a': 'b' } })
  }
  t.same(
    target.requests.map(({ connection }) => connection),
    [1, 1],
  )
})
