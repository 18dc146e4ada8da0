import { test } from 'tap'
import { post, startGuardedService } from './guarded-service.ts'
import { exchange } from './raw-exchange.ts'

// The attack: where other paths pass, a target that the guard takes for another path reaches a reader behind it, which
// mends it into an endpoint: one without the guard's checks.

const NOT_ALLOWED = [404, 'FST_PATH_GUARD_PATH_NOT_ALLOWED'] as const

/** Each is one of the table to some reader: the router, a URL parser, a framework behind the edge. */
const LOOK_ALIKES = [
  ...['//oauth/token', '///oauth/token', '/oauth//token', '/oauth/token/', '/oauth/token//'],
  ...['/./oauth/token', '/oauth/./token', '/oauth/token/.', '/../oauth/token', '/x/../oauth/token'],
  ...['/oauth/x/../token', '/oauth/..;/oauth/token', '/oauth/token.', '/oauth/token...'],
  ...['/oauth%2ftoken', '/oauth%2Ftoken', '/oauth%252ftoken', '/oauth%5ctoken', '/%6fauth/token'],
  ...['/oauth/toke%6E', '/oauth/%2e/token', '/x%2f%2e%2e/oauth/token', '/oauth/token%00'],
  ...['/oauth/token%00.css', '/oauth/token%20', '/oauth/token%2f', '/oauth/token%3fx=1'],
  ...['/oauth/token%23', '/oauth/token%3b', '/oauth/token;', '/oauth/token;x=1', '/oauth;x/token'],
  ...[
    '/oauth%25252ftoken',
    '/%25256fauth/token',
    '/oauth/token;/../userinfo',
    '/OAUTH/TOKEN',
    '/OAuth/token',
    '/userInfo',
    '/userinfo/',
  ],
]

test('lets no look-alike of an endpoint through where other paths pass', async (t) => {
  const service = await startGuardedService(t, { guard: { otherPaths: 'pass' } })
  for (const target of LOOK_ALIKES) {
    const answer = await exchange(service.port, post(target))
    t.strictSame([answer.status, answer.code], NOT_ALLOWED, target)
  }
  t.strictSame(service.reached, [])
  const others = ['/authorize', '/oauth/tokens', '/oauth/token/x', '/x/oauth/token', '/a%20b', '/']
  // What is no escape stays as it is, however often it is looked at, and a dot within a segment is part of it.
  others.push('/a%25', '/a%25zz', '/oauth/token%25zz', '/oauth/to.ken/', '/.oauth/token/')
  for (const target of others) {
    const answer = await exchange(service.port, post(target))
    t.strictSame([answer.status, answer.body], [200, '{"allowedEndpoint":null}'], target)
  }
})

test('takes lower case for a look-alike of an endpoint in upper case', async (t) => {
  const guard = { endpoints: ['/Token'], otherPaths: 'pass' } as const
  const service = await startGuardedService(t, { guard })
  t.equal((await exchange(service.port, post('/Token'))).status, 200)
  const answer = await exchange(service.port, post('/token'))
  t.strictSame([answer.status, answer.code], NOT_ALLOWED)
  t.strictSame(service.reached, ['POST /Token'])
})
