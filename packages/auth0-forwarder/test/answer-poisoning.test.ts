/*
 * The attack: an answer for somebody else. A target that is compromised, or a broken server on the way to it, sends more than one
 * answer to a request, or one before it is asked. On a connection that is kept, the second one would be taken for the answer to the
 * next request, which is another client's: a token, a session cookie or a login page of the attacker's for the victim, or the
 * victim's for the attacker. So what nobody asked for ends its connection, and what nobody can be sure of too.
 */
import { once } from 'node:events'
import t from 'tap'
import { codeOf, requestOf, startEdge } from './edge-in-test.ts'
import { type RawAnswer, startRawTarget, whole, write } from './raw-target.ts'

const poison = whole('attacker')
const PREFIX = 'FST_AUTH0_FORWARDER_UPSTREAM_'

const followed: Readonly<Record<string, string>> = {
  'another answer': whole() + poison,
  'a line': `${whole()}\r\n`,
  'one byte': `${whole()}H`,
  'a second answer behind chunks': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n${poison}`,
  'a body that a 304 must not have': `HTTP/1.1 304 x\r\nContent-Length: ${poison.length}\r\n\r\n${poison}`,
  'a body that a 204 must not have': `HTTP/1.1 204 x\r\nContent-Length: ${poison.length}\r\n\r\n${poison}`,
  'chunks that a 204 must not have': `HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n${poison}`,
}

for (const [what, bytes] of Object.entries(followed)) {
  t.test(`an answer with ${what} behind it is the last of its connection`, async (t) => {
    const cuts = [bytes.length, bytes.lastIndexOf('\r\n\r\n') + 4]
    for (const cut of cuts) {
      const target = await startRawTarget(t, (socket) => {
        socket.write(bytes.slice(0, cut))
        // In a packet of its own, before the victim asks.
        if (cut < bytes.length) setImmediate(() => socket.write(bytes.slice(cut)))
      })
      const { send } = await startEdge(t, { options: { forwardingTarget: target.origin } })
      const first = await send(requestOf('GET /attacker'))
      t.notMatch(first?.text, 'attacker')
      if (target.sockets[0]?.closed === false) await once(target.sockets[0], 'close')
      target.answerWith(write(whole('victim')))
      const second = await send(requestOf('GET /victim'))
      t.equal(second?.text, 'victim')
      t.same(target.requests, [
        { path: '/attacker', connection: 1 },
        { path: '/victim', connection: 2 },
      ])
    }
  })
}

t.test('the connection of a HEAD, and of a body that is unusual, is not used again', async (t) => {
  // Without a body in the answer where one was sent, or a server that reads no body of a DELETE: what is left is the next message.
  for (const line of ['HEAD /', 'DELETE /', 'OPTIONS /']) {
    const target = await startRawTarget(t, write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
    const { send } = await startEdge(t, { options: { forwardingTarget: target.origin } })
    const isHead = line === 'HEAD /'
    const first = isHead ? requestOf(line) : requestOf(line, ['Content-Length: 2'], 'ab')
    t.equal((await send(first))?.status, 200, line)
    t.equal((await send(requestOf('GET /next')))?.status, 200, line)
    t.same(
      target.requests.map(({ connection }) => connection),
      [1, 2],
      line,
    )
    t.match(target.received[0], 'connection: close', line)
  }
})

t.test('the connection of an answer without a body that names one is not used again', async (t) => {
  const lines = [
    '204 x\r\nContent-Length: 10',
    '204 x\r\nTransfer-Encoding: chunked',
    '304 x\r\nContent-Length: 10',
  ]
  for (const line of lines) {
    const target = await startRawTarget(t, write(`HTTP/1.1 ${line}\r\n\r\n`))
    const { send } = await startEdge(t, { options: { forwardingTarget: target.origin } })
    for (const number of [1, 2]) {
      t.equal((await send(requestOf('GET /')))?.status, Number(line.slice(0, 3)), line)
      t.equal(target.requests.at(-1)?.connection, number, line)
    }
  }
})

const unasked: Readonly<Record<string, string>> = {
  'a 408, as servers send it to idle clients':
    'HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n',
  'an answer': poison,
  'a byte': '\n',
}

for (const [what, bytes] of Object.entries(unasked)) {
  t.test(`${what} on an idle connection ends it, and is nobody's answer`, async (t) => {
    const target = await startRawTarget(t, write(whole()))
    const { send } = await startEdge(t, { options: { forwardingTarget: target.origin } })
    t.equal((await send(requestOf('GET /first')))?.text, 'ok')
    const [socket] = target.sockets
    if (socket === undefined) throw new Error('no connection')
    const closed = once(socket, 'close')
    socket.write(bytes)
    await closed
    t.equal((await send(requestOf('GET /second')))?.text, 'ok')
    t.same(
      target.requests.map(({ connection }) => connection),
      [1, 2],
    )
  })
}

t.test('a target that speaks first is a 502, and is not dialled again and again', async (t) => {
  const target = await startRawTarget(t, () => {}, '220 mail.example ESMTP\r\n')
  const { send } = await startEdge(t, { options: { forwardingTarget: target.origin } })
  const response = await send(requestOf('GET /'))
  t.equal(response?.status, 502)
  t.equal(codeOf(response), `${PREFIX}PROTOCOL`)
  t.equal(target.sockets.length, 1)
})

/*
 * The victim's request comes while its connection is being closed: what was read by then must have been heard before anything is
 * written on it. Here the process is busy while the target closes, and while the victim's request comes in.
 */
const races: Readonly<Record<string, RawAnswer>> = {
  closed: (socket) => socket.end(),
  'cut by the target': (socket) => socket.destroy(),
  'poisoned by another answer': (socket) => socket.write(poison),
}

for (const [what, spoil] of Object.entries(races)) {
  t.test(`a request that comes with its connection ${what} goes out on another one`, async (t) => {
    const target = await startRawTarget(t, write(whole()))
    let isSpoilt = false
    const { connect } = await startEdge(t, {
      options: { forwardingTarget: target.origin },
      setUp: (scope) => {
        // The handler comes after it: by then the bytes are there, and nobody has read them.
        scope.addHook('preHandler', async (request) => {
          const [socket] = target.sockets
          if (request.url !== '/victim' || socket === undefined || isSpoilt) return
          isSpoilt = true
          spoil(socket, target)
          await once(process, 'spoilt')
        })
      },
    })
    const connection = await connect()
    t.equal((await connection.request(requestOf('GET /first'))).text, 'ok')
    const answer = connection.request(requestOf('GET /victim'))
    // One turn, so that the target's bytes are on their way; they arrive in the turn in which the request goes on.
    while (!isSpoilt) await new Promise((resolve) => setImmediate(resolve))
    Reflect.apply(process.emit, process, ['spoilt'])
    t.equal((await answer).text, 'ok')
    t.same(
      target.requests.map(({ connection: number }) => number),
      [1, 2],
    )
    connection.destroy()
  })
}

/*
 * A worker that was busy for long, as a made-up list of certificates in a handshake makes it, finds the victim's request and the
 * target's bytes in the same turn, and hears of them in any order: here of the request first.
 */
t.test('a request that is read before the bytes that came with it does not get them', async (t) => {
  const target = await startRawTarget(t, write(whole()))
  const { connect } = await startEdge(t, {
    options: { forwardingTarget: target.origin },
    setUp: (scope) => {
      scope.addHook('preHandler', async (request) => {
        if (request.url !== '/victim' || target.sockets.length > 1) return
        target.sockets[0]?.write(poison)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
      })
    },
  })
  const connection = await connect()
  t.equal((await connection.request(requestOf('GET /first'))).text, 'ok')
  t.equal((await connection.request(requestOf('GET /victim'))).text, 'ok')
  t.same(
    target.requests.map(({ connection: number }) => number),
    [1, 2],
  )
  connection.destroy()
})
