import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { type Duplex, PassThrough } from 'node:stream'
import { pathGuard } from '@mtls-edge/path-guard'
import Fastify from 'fastify'
import { test } from 'tap'
import { addHandlers, HOST, HOST_FIELD, portOf, startGuardedService } from './guarded-service.ts'
import { exchange } from './raw-exchange.ts'

// The attack: the guard allows POST, and the request is done as something else. A header asks the framework
// behind the edge for another method; TRACE has the upstream echo the API key that was added on the
// way; CONNECT and Upgrade turn the connection into a tunnel, in which nobody looks at requests.

const UNSAFE = 'FST_PATH_GUARD_UNSAFE_METHOD'
const OVERRIDE = 'FST_PATH_GUARD_METHOD_OVERRIDE'
const UPGRADE = 'FST_PATH_GUARD_UPGRADE_REFUSED'
const EXPECTATION = 'FST_PATH_GUARD_EXPECTATION_REFUSED'

const POLICIES = [{}, { endpoints: 'any' }, { otherPaths: 'pass' }] as const

function request(method: string, target: string, fields = ''): string {
  return `${method} ${target} HTTP/1.1\r\n${HOST_FIELD}${fields}\r\n`
}

test('refuses TRACE, TRACK and CONNECT on every path', async (t) => {
  for (const guard of POLICIES) {
    const service = await startGuardedService(t, { guard })
    const refused = [
      ['TRACE', '/oauth/token', UNSAFE],
      ['TRACE', '/x', UNSAFE],
      ['TRACE', '*', UNSAFE],
      // Node's parser knows no TRACK, and no method in lower case.
      ['TRACK', '/oauth/token', null],
      ['trace', '/oauth/token', null],
      ['CONNECT', `${HOST}:443`, UNSAFE],
      ['CONNECT', 'internal.example:22', UNSAFE],
      ['CONNECT', '/oauth/token', UNSAFE],
    ] as const
    for (const [method, target, code] of refused) {
      const answer = await exchange(service.port, request(method, target))
      t.strictSame([answer.status, answer.code], [400, code], `${method} ${target}`)
      t.ok(answer.closed)
    }
    t.strictSame(service.reached, [])
  }
})

test('answers CONNECT in the form that OAuth clients read', async (t) => {
  const service = await startGuardedService(t)
  const answer = await exchange(service.port, request('CONNECT', `${HOST}:443`))
  t.strictSame(JSON.parse(answer.body), {
    error: 'invalid_request',
    error_description: 'unsafe_method: This method is not served here.',
  })
  t.equal(answer.headers.get('content-type'), 'application/json')
  t.equal(answer.headers.get('cache-control'), 'no-store')
  t.equal(answer.headers.get('connection'), 'close')
})

test('takes nothing that follows a CONNECT for a request, a body of it neither', async (t) => {
  const service = await startGuardedService(t)
  const withBody = request('CONNECT', `${HOST}:443`, 'Content-Length: 5\r\n')
  const answer = await exchange(service.port, `${withBody}ab`)
  t.strictSame([answer.status, answer.code, answer.closed], [400, UNSAFE, true])
  const hidden = request('POST', '/oauth/token', 'Content-Length: 0\r\n')
  await exchange(service.port, request('CONNECT', `${HOST}:443`) + hidden)
  t.strictSame(service.reached, [], 'what follows it is never a request')
})

test('lets a client that goes on talking after CONNECT read its answer, and cuts it off then', async (t) => {
  const service = await startGuardedService(t)
  const talk = 'x'.repeat(500_000)
  const answer = await exchange(service.port, request('CONNECT', `${HOST}:443`) + talk)
  t.strictSame([answer.status, answer.code, answer.closed], [400, UNSAFE, true])

  const first = once(service.app.server, 'connect')
  const polite = connect({ port: service.port, host: '127.0.0.1' })
  t.teardown(() => polite.destroy())
  polite.on('error', () => {}).write(request('CONNECT', `${HOST}:443`) + talk)
  polite.resume()
  const [, heard] = await first
  await once(heard, 'close')
  t.ok(heard.readableEnded, 'all that it said was read, so that nothing resets the connection')

  const accepted = once(service.app.server, 'connect')
  const deaf = connect({ port: service.port, host: '127.0.0.1', allowHalfOpen: true })
  t.teardown(() => deaf.destroy())
  deaf.on('error', () => {}).write(request('CONNECT', `${HOST}:443`))
  const [, socket] = await accepted
  t.notOk(socket.destroyed, 'open, for the answer to be read')
  await once(socket, 'close')
  t.ok(socket.destroyed, 'but not for ever, though the client never ends')
})

test('survives a socket that breaks after CONNECT, and one that is answered already', async (t) => {
  const service = await startGuardedService(t)
  const broken = new PassThrough()
  service.app.server.emit('connect', { method: 'CONNECT' }, broken, Buffer.alloc(0))
  t.doesNotThrow(() => broken.emit('error', new Error('reset by the client')))
  t.ok(broken.destroyed)

  const answered = new PassThrough().end('answered')
  service.app.server.emit('connect', { method: 'CONNECT' }, answered, Buffer.alloc(0))
  t.equal(answered.read().toString(), 'answered', 'nothing is written behind another answer')
  t.notOk(answered.destroyed)
})

test('refuses every spelling of a method override, whatever it says', async (t) => {
  const names = [
    'X-HTTP-Method',
    'x-http-method',
    'X_HTTP_METHOD',
    'X-HTTP_Method',
    'x.http.method',
    'X-HTTP-Method-Override',
    'X-Http-Method-Override',
    'x_http_method_override',
    'X-HTTP_METHOD-Override',
    'X-Method-Override',
    'x-method-override',
    'X_METHOD_OVERRIDE',
    'x_method-override',
  ]
  for (const guard of POLICIES) {
    const service = await startGuardedService(t, { guard })
    for (const name of names) {
      for (const value of ['DELETE', 'POST', '']) {
        const fields = `${name}: ${value}\r\nContent-Length: 0\r\n`
        const answer = await exchange(service.port, request('POST', '/oauth/token', fields))
        t.strictSame([answer.status, answer.code], [400, OVERRIDE], `${name}: ${value}`)
      }
    }
    t.strictSame(service.reached, [])
  }
})

test('passes headers that only begin or end like an override', async (t) => {
  const service = await startGuardedService(t)
  const names = ['X-HTTP-Methods', 'HTTP-Method-Override', 'X-Method', 'X-XTTP-Method', 'X-Upgrade']
  for (const name of names) {
    const bytes = request('POST', '/oauth/token', `${name}: PUT\r\nContent-Length: 0\r\n`)
    t.equal((await exchange(service.port, bytes)).status, 200, name)
  }
})

const UPGRADES = [
  'Connection: Upgrade\r\nUpgrade: websocket\r\n',
  'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAA\r\n',
  'Connection: keep-alive, upgrade\r\nupgrade: TLS/1.3\r\n',
  'UPGRADE: h2c\r\n',
  'Connection: Upgrade\r\nUpgrade:\r\n',
]

test('refuses every request for an upgrade', async (t) => {
  for (const guard of POLICIES) {
    const service = await startGuardedService(t, { guard })
    for (const fields of UPGRADES) {
      const answer = await exchange(service.port, request('GET', '/userinfo', fields))
      t.strictSame([answer.status, answer.code], [400, UPGRADE], JSON.stringify(fields))
      t.ok(answer.closed)
    }
    t.strictSame(service.reached, [])
  }
})

test('refuses an upgrade first where the service listens for one', async (t) => {
  for (const order of ['before', 'after'] as const) {
    const app = Fastify()
    const reached: string[] = []
    const writable: boolean[] = []
    const listen = (): void => {
      app.server.on('upgrade', (_request: IncomingMessage, socket: Duplex) => {
        writable.push(socket.writable)
      })
    }
    if (order === 'before') listen()
    await app.register(pathGuard, { hosts: [HOST], endpoints: 'any' })
    if (order === 'after') listen()
    addHandlers(app, reached)
    await app.listen({ port: 0, host: '127.0.0.1' })
    t.teardown(() => app.close())
    for (const fields of UPGRADES.slice(0, 3)) {
      const answer = await exchange(portOf(app), request('GET', '/userinfo', fields))
      t.strictSame([answer.status, answer.code, answer.closed], [400, UPGRADE, true], fields)
    }
    t.strictSame(
      writable,
      [false, false, false],
      `a listener from ${order} has nothing to write to`,
    )
    t.strictSame(reached, [])
  }
})

test('refuses an expectation other than 100-continue', async (t) => {
  const service = await startGuardedService(t)
  const values = ['moon', '', '100-continue, moon', '100-continue-x', 'x100-continue', '200-ok']
  const fields = values.map((value) => `Expect: ${value}\r\n`)
  for (const field of [...fields, 'Expect: 100-continue\r\nExpect: 100-continue\r\n']) {
    const bytes = request('POST', '/oauth/token', `${field}Content-Length: 0\r\n`)
    const answer = await exchange(service.port, bytes)
    t.strictSame([answer.status, answer.code], [400, EXPECTATION], field)
    t.ok(answer.closed)
  }
  t.strictSame(service.reached, [])
  const bytes = request('POST', '/oauth/token', 'Expect: 100-Continue\r\nContent-Length: 0\r\n')
  const answer = await exchange(service.port, bytes)
  t.equal(answer.status, 200)
  t.match(answer.everything, /^HTTP\/1\.1 100 Continue\r\n/)
})

test('decides on methods that Fastify has no routes for', async (t) => {
  const service = await startGuardedService(t)
  const methods = ['PROPFIND', 'M-SEARCH', 'QUERY', 'PURGE', 'SOURCE', 'LINK', 'ACL', 'MKCOL']
  for (const method of methods) {
    const endpoint = await exchange(service.port, request(method, '/userinfo'))
    t.strictSame(
      [endpoint.status, endpoint.code, endpoint.headers.get('allow')],
      [405, 'FST_PATH_GUARD_METHOD_NOT_ALLOWED', 'GET, POST'],
      method,
    )
    const other = await exchange(service.port, request(method, '/nowhere'))
    t.strictSame([other.status, other.code], [404, 'FST_PATH_GUARD_PATH_NOT_ALLOWED'], method)
    const bad = await exchange(service.port, request(method, '/userinfo#'))
    t.strictSame([bad.status, bad.code], [400, 'FST_PATH_GUARD_MALFORMED_REQUEST'], method)
  }
  const unknown = await exchange(service.port, request('MAKETOKEN', '/userinfo'))
  t.strictSame([unknown.status, unknown.code], [400, null], "Node's parser knows its methods")
  t.strictSame(service.reached, [])
})
