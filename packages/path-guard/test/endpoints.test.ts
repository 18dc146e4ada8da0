import { type PathGuardOptions, pathGuard } from '@mtls-edge/path-guard'
import Fastify, { type FastifyInstance } from 'fastify'
import { type Test, test } from 'tap'
import { addHandlers, HOST } from './guarded-service.ts'

const HEADERS = { host: HOST }

async function createService(
  t: Test,
  guard: Partial<PathGuardOptions> = {},
): Promise<{ app: FastifyInstance; reached: string[] }> {
  const app = Fastify()
  const reached: string[] = []
  await app.register(pathGuard, { hosts: [HOST], ...guard })
  addHandlers(app, reached)
  t.teardown(() => app.close())
  return { app, reached }
}

test('lets the three endpoints of an mTLS alias through by default', async (t) => {
  const { app, reached } = await createService(t)
  const allowed = [
    ['POST', '/oauth/token', ['POST']],
    ['POST', '/oauth/par', ['POST']],
    ['GET', '/userinfo', ['GET', 'POST']],
    ['POST', '/userinfo', ['GET', 'POST']],
  ] as const
  for (const [method, url, methods] of allowed) {
    const answer = await app.inject({ method, url, headers: HEADERS })
    t.equal(answer.statusCode, 200, `${method} ${url}`)
    t.strictSame(
      answer.json(),
      { allowedEndpoint: { path: url, methods } },
      'and tells which it is',
    )
  }
  t.equal(reached.length, allowed.length)
})

test('answers 405 with the allowed methods for another method on an endpoint', async (t) => {
  const { app, reached } = await createService(t)
  const refused = [
    ['GET', '/oauth/token', 'POST'],
    ['HEAD', '/oauth/token', 'POST'],
    ['OPTIONS', '/oauth/token', 'POST'],
    ['PUT', '/oauth/par', 'POST'],
    ['PATCH', '/oauth/par', 'POST'],
    ['DELETE', '/userinfo', 'GET, POST'],
    ['HEAD', '/userinfo', 'GET, POST'],
    ['OPTIONS', '/userinfo', 'GET, POST'],
  ] as const
  for (const [method, url, allow] of refused) {
    const answer = await app.inject({ method, url, headers: HEADERS })
    t.equal(answer.statusCode, 405, `${method} ${url}`)
    t.equal(answer.headers.allow, allow)
    if (method !== 'HEAD') t.equal(answer.json().code, 'FST_PATH_GUARD_METHOD_NOT_ALLOWED')
  }
  t.strictSame(reached, [])
})

test('answers 404 for a path outside the table, before a route or a not-found handler', async (t) => {
  const { app, reached } = await createService(t)
  for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE'] as const) {
    const answer = await app.inject({ method, url: '/authorize', headers: HEADERS })
    t.equal(answer.statusCode, 404, method)
    if (method !== 'HEAD') t.equal(answer.json().code, 'FST_PATH_GUARD_PATH_NOT_ALLOWED')
    t.equal(answer.headers.allow, undefined)
  }
  t.strictSame(reached, [])
})

test('takes endpoints as a path or as a path with methods', async (t) => {
  const { app } = await createService(t, {
    endpoints: ['/bc-authorize', { path: '/userinfo', methods: ['GET'] }, '/'],
  })
  const answers = [
    ['POST', '/bc-authorize', 200],
    ['GET', '/bc-authorize', 405],
    ['GET', '/userinfo', 200],
    ['POST', '/userinfo', 405],
    ['POST', '/', 200],
    ['POST', '/oauth/token', 404],
  ] as const
  for (const [method, url, status] of answers) {
    const answer = await app.inject({ method, url, headers: HEADERS })
    t.equal(answer.statusCode, status, `${method} ${url}`)
  }
})

test("lets any path through with endpoints 'any', and still checks the rest", async (t) => {
  const { app } = await createService(t, { endpoints: 'any' })
  for (const url of [
    '/',
    '/authorize?x=1',
    '/oauth/token',
    '/a%2fb',
    '/A//b/../c;d',
    '/userinfo/',
  ]) {
    const answer = await app.inject({ url, headers: HEADERS })
    t.equal(answer.statusCode, 200, url)
    t.strictSame(answer.json(), { allowedEndpoint: null })
  }
  const refused = [
    [{ host: 'other.example' }, 421, 'FST_PATH_GUARD_MISDIRECTED_REQUEST'],
    [{ host: 'a b' }, 400, 'FST_PATH_GUARD_BAD_HOST'],
    [{ ...HEADERS, upgrade: 'h2c' }, 400, 'FST_PATH_GUARD_UPGRADE_REFUSED'],
    [{ ...HEADERS, 'transfer-encoding': 'x' }, 400, 'FST_PATH_GUARD_AMBIGUOUS_FRAMING'],
    [{ ...HEADERS, 'x-http-method': 'PUT' }, 400, 'FST_PATH_GUARD_METHOD_OVERRIDE'],
  ] as const
  for (const [headers, status, code] of refused) {
    const answer = await app.inject({ url: '/authorize', headers })
    t.strictSame([answer.statusCode, answer.json().code], [status, code], JSON.stringify(headers))
  }
})

test("lets other paths through with otherPaths 'pass', and tells endpoints by the decorator", async (t) => {
  const { app } = await createService(t, { otherPaths: 'pass' })
  const other = await app.inject({ url: '/authorize', headers: HEADERS })
  t.strictSame([other.statusCode, other.json()], [200, { allowedEndpoint: null }])
  const endpoint = await app.inject({ method: 'POST', url: '/oauth/token', headers: HEADERS })
  t.strictSame(endpoint.json(), { allowedEndpoint: { path: '/oauth/token', methods: ['POST'] } })
  const wrongMethod = await app.inject({ url: '/oauth/token', headers: HEADERS })
  t.strictSame(
    [wrongMethod.statusCode, wrongMethod.json().code],
    [405, 'FST_PATH_GUARD_METHOD_NOT_ALLOWED'],
    'an endpoint keeps its methods',
  )
})

test('keeps the allowed endpoint of one request out of the next', async (t) => {
  const { app } = await createService(t, { otherPaths: 'pass' })
  await app.inject({ method: 'POST', url: '/oauth/token', headers: HEADERS })
  const next = await app.inject({ url: '/x', headers: HEADERS })
  t.strictSame(next.json(), { allowedEndpoint: null })
})

test('gives the allowed endpoint as a frozen object', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(pathGuard, { hosts: [HOST] })
  app.post('/oauth/token', async (request) => {
    const endpoint = request.allowedEndpoint
    return { frozen: Object.isFrozen(endpoint) && Object.isFrozen(endpoint?.methods) }
  })
  const answer = await app.inject({ method: 'POST', url: '/oauth/token', headers: HEADERS })
  t.strictSame(answer.json(), { frozen: true })
})
