import fc from 'fast-check'
import { test } from 'tap'
import { post, startGuardedService } from './guarded-service.ts'
import { exchange } from './raw-exchange.ts'

// The attack: between the client and the endpoint's code stand several readers of the target, and
// each mends it in its own way: one decodes %2f, one joins slashes, one drops ;parameters, one folds
// case. A guard that compares a mended target lets through what the next reader mends into another
// endpoint, or refuses what the next one takes for /oauth/token. So the bytes decide, unmended.

const NOT_ALLOWED = [404, 'FST_PATH_GUARD_PATH_NOT_ALLOWED'] as const
const MALFORMED = [400, 'FST_PATH_GUARD_MALFORMED_REQUEST'] as const
const ABSOLUTE = [400, 'FST_PATH_GUARD_ABSOLUTE_FORM'] as const
/** Refused before the guard: Node's parser, or the router (a bad escape). */
const BY_NODE = [400, null] as const
const BY_ROUTER = [400, 'FST_ERR_BAD_URL'] as const

type Refused = readonly [status: number, code: string | null]

const BAD_TARGETS: readonly (readonly [target: string, refused: Refused])[] = [
  // slashes
  ['//oauth/token', NOT_ALLOWED],
  ['///oauth/token', NOT_ALLOWED],
  ['/oauth//token', NOT_ALLOWED],
  ['/oauth/token/', NOT_ALLOWED],
  ['/oauth/token//', NOT_ALLOWED],
  ['/oauth\\token', MALFORMED],
  ['\\oauth\\token', BY_NODE],
  ['/\\oauth/token', MALFORMED],
  ['/oauth/token\\', MALFORMED],
  // dot segments
  ['/./oauth/token', NOT_ALLOWED],
  ['/oauth/./token', NOT_ALLOWED],
  ['/oauth/token/.', NOT_ALLOWED],
  ['/oauth/token/..', NOT_ALLOWED],
  ['/../oauth/token', NOT_ALLOWED],
  ['/x/../oauth/token', NOT_ALLOWED],
  ['/oauth/x/../token', NOT_ALLOWED],
  ['/oauth/..;/oauth/token', NOT_ALLOWED],
  ['/oauth/token/../../api/v2/users', NOT_ALLOWED],
  ['/oauth/token.', NOT_ALLOWED],
  ['/oauth/.token', NOT_ALLOWED],
  ['/oauth/token...', NOT_ALLOWED],
  // escapes
  ['/oauth%2ftoken', NOT_ALLOWED],
  ['/oauth%2Ftoken', NOT_ALLOWED],
  ['/oauth%252ftoken', NOT_ALLOWED],
  ['/oauth%5ctoken', NOT_ALLOWED],
  ['/%6fauth/token', NOT_ALLOWED],
  ['/oauth/toke%6e', NOT_ALLOWED],
  ['/oauth/toke%6E', NOT_ALLOWED],
  ['/oauth/%2e/token', NOT_ALLOWED],
  ['/oauth/%2e%2e/oauth/token', NOT_ALLOWED],
  ['/oauth/token%00', NOT_ALLOWED],
  ['/oauth/token%0a', NOT_ALLOWED],
  ['/oauth/token%0d%0aX:%20y', NOT_ALLOWED],
  ['/oauth/token%20', NOT_ALLOWED],
  ['/oauth/token%2f', NOT_ALLOWED],
  ['/oauth/token%3f', NOT_ALLOWED],
  ['/oauth/token%3fx=1', NOT_ALLOWED],
  ['/oauth/token%23', NOT_ALLOWED],
  ['/oauth/token%3b', NOT_ALLOWED],
  ['%2foauth/token', BY_NODE],
  ['/oauth/%zz', BY_ROUTER],
  ['/oauth/token%', BY_ROUTER],
  ['/oauth/token%2', BY_ROUTER],
  ['/oauth%c0%aftoken', BY_ROUTER],
  ['/oauth%u002ftoken', BY_ROUTER],
  ['/oauth/t%ef%bd%8fken', NOT_ALLOWED],
  // case
  ['/OAUTH/TOKEN', NOT_ALLOWED],
  ['/OAuth/token', NOT_ALLOWED],
  ['/oauth/Token', NOT_ALLOWED],
  ['/userInfo', NOT_ALLOWED],
  // parameters, and other marks
  ['/oauth/token;', NOT_ALLOWED],
  ['/oauth/token;x=1', NOT_ALLOWED],
  ['/oauth;x/token', NOT_ALLOWED],
  ['/oauth/token;/../userinfo', NOT_ALLOWED],
  ['/oauth/token,', NOT_ALLOWED],
  ['/oauth/token&x=1', NOT_ALLOWED],
  ['/oauth/token=', NOT_ALLOWED],
  ['/oauth/token@x', NOT_ALLOWED],
  ['/oauth/token:80', NOT_ALLOWED],
  ['/oauth/token"', NOT_ALLOWED],
  ['/oauth/token*', NOT_ALLOWED],
  ['/oauth/token~', NOT_ALLOWED],
  ['/oauth/token|', NOT_ALLOWED],
  ['/oauth/token.json', NOT_ALLOWED],
  // a fragment is never sent
  ['/oauth/token#', MALFORMED],
  ['/oauth/token#x', MALFORMED],
  ['/oauth/token?x#y', MALFORMED],
  ['/api#/oauth/token', MALFORMED],
  ['#/oauth/token', BY_NODE],
  // bytes that no target holds
  ['/oauth/token\0', BY_NODE],
  ['/oauth\0/token', BY_NODE],
  ['/oauth/token\t', BY_NODE],
  ['/oauth/\ttoken', BY_NODE],
  ['/oauth/token\x0b', BY_NODE],
  ['/oauth/token\x1f', BY_NODE],
  ['/oauth/token\x7f', BY_NODE],
  ['/oauth/token\r', BY_NODE],
  ['/oauth /token', BY_NODE],
  ['/oauth/tok\xe9n', BY_NODE],
  ['/oauth/t\xd0\xbeken', BY_NODE],
  ['/oauth/token?\xff', BY_NODE],
  // other forms of a target
  ['http://mtls.auth.example.com/oauth/token', ABSOLUTE],
  ['https://mtls.auth.example.com/oauth/token', ABSOLUTE],
  ['HTTP://MTLS.AUTH.EXAMPLE.COM/oauth/token', ABSOLUTE],
  ['http://other.example/oauth/token', ABSOLUTE],
  ['http://u:p@mtls.auth.example.com/oauth/token', ABSOLUTE],
  ['http://mtls.auth.example.com:443/oauth/token', ABSOLUTE],
  ['http://mtls.auth.example.com', ABSOLUTE],
  ['http://mtls.auth.example.com?/oauth/token', ABSOLUTE],
  ['ftp://mtls.auth.example.com/oauth/token', ABSOLUTE],
  ['file:///oauth/token', ABSOLUTE],
  ['http:///oauth/token', BY_ROUTER],
  ['http://x#/oauth/token', BY_NODE],
  ['http:/oauth/token', BY_NODE],
  ['*', MALFORMED],
  ['*oauth/token', MALFORMED],
  ['oauth/token', BY_NODE],
  ['?/oauth/token', BY_NODE],
  ['mtls.auth.example.com:443', BY_NODE],
  // neighbours
  ['/', NOT_ALLOWED],
  ['/oauth', NOT_ALLOWED],
  ['/oauth/', NOT_ALLOWED],
  ['/oauth/tokens', NOT_ALLOWED],
  ['/oauth/toke', NOT_ALLOWED],
  ['/oauth/token/x', NOT_ALLOWED],
  ['/x/oauth/token', NOT_ALLOWED],
  ['/oauth/revoke', NOT_ALLOWED],
  ['/authorize', NOT_ALLOWED],
  ['/api/v2/users', NOT_ALLOWED],
  ['/?/oauth/token', NOT_ALLOWED],
  ['/__proto__', NOT_ALLOWED],
  ['/constructor', NOT_ALLOWED],
]

test('refuses every spelling of a target but the exact one', async (t) => {
  const service = await startGuardedService(t)
  for (const [target, [status, code]] of BAD_TARGETS) {
    const answer = await exchange(service.port, post(target))
    t.strictSame([answer.status, answer.code], [status, code], JSON.stringify(target))
  }
  t.strictSame(service.reached, [], 'no handler, the not-found handler included, saw any of them')
})

test('decides on the target that Node gives, without a second space after it', async (t) => {
  const service = await startGuardedService(t)
  const answer = await exchange(service.port, post('/oauth/token '))
  t.equal(answer.status, 200)
  t.strictSame(service.reached, ['POST /oauth/token'], 'the exact path is what goes on')
})

test('closes the connection of a malformed target and keeps that of an unknown path', async (t) => {
  const service = await startGuardedService(t)
  t.ok((await exchange(service.port, post('/oauth/token#'))).closed)
  t.notOk((await exchange(service.port, post('/oauth/tokens'))).closed)
})

test('lets the exact path through, with any query of visible ASCII', async (t) => {
  const service = await startGuardedService(t)
  const targets = [
    '/oauth/token',
    '/oauth/token?',
    '/oauth/token?a=b&a=%2f%zz',
    '/oauth/token?/../x',
    '/oauth/token??',
    `/oauth/token?${'!"$%&\'()*+,-./:;<=>@[\\]^_`{|}~'}`,
    '/oauth/par',
    '/userinfo?scope=openid',
  ]
  for (const target of targets) {
    const answer = await exchange(service.port, post(target))
    t.equal(answer.status, 200, target)
  }
  t.strictSame(
    service.reached,
    targets.map((target) => `POST ${target}`),
    'and hands it on byte for byte',
  )
})

test('lets only exact paths through, whatever is done to one', async (t) => {
  const service = await startGuardedService(t)
  const piece = fc.constantFrom(
    ...['/', '//', '.', '..', '%', '%2f', '%2e', '%00', '\\', ';', '?', '#', '\0', ' ', '\t'],
    ...['oauth', 'OAuth', 'token', 'userinfo', 'par', 'x', '@', ':', 'http:', '\x80', '*', '%25'],
  )
  const mangled = fc.oneof(
    fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`),
    fc
      .tuple(fc.constantFrom('/oauth/token', '/oauth/par', '/userinfo'), fc.nat(12), piece)
      .map(([path, at, insert]) => path.slice(0, at) + insert + path.slice(at)),
  )
  await fc.assert(
    fc.asyncProperty(mangled, async (target) => {
      service.reached.length = 0
      const answer = await exchange(service.port, post(target))
      // Node's parser takes spaces around the target away.
      const isExact = /^\/(?:oauth\/token|oauth\/par|userinfo)(?:\?[!"$-~]*)?$/.test(
        target.replace(/^ +| +$/g, ''),
      )
      return isExact ? answer.status === 200 : answer.status >= 400 && service.reached.length === 0
    }),
    { numRuns: 400 },
  )
  t.pass('400 mangled targets')
})
