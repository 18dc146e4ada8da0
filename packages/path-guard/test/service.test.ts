import { Writable } from 'node:stream'
import { MalformedRequestError, pathGuard } from '@mtls-edge/path-guard'
import Fastify, {
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import { test } from 'tap'
import { addHandlers, HOST, HOST_FIELD, portOf, startGuardedService } from './guarded-service.ts'
import { exchange, exchangeAll } from './raw-exchange.ts'

const HEADERS = { host: HOST }
/** Fastify's type for `routerOptions` lacks it, its code does not. */
const NOT_YET_TYPED: object = { useSemicolonDelimiter: true }
const TOKEN = { method: 'POST', url: '/oauth/token', headers: HEADERS } as const

test('refuses to start in a service whose router takes several spellings for one path', async (t) => {
  const settings: readonly FastifyServerOptions[] = [
    { routerOptions: { caseSensitive: false } },
    { routerOptions: { ignoreTrailingSlash: true } },
    { routerOptions: { ignoreDuplicateSlashes: true } },
    { routerOptions: { ...NOT_YET_TYPED } },
    // Where they stood before Fastify 5.
    { caseSensitive: false },
    { ignoreTrailingSlash: true },
    { ignoreDuplicateSlashes: true },
  ]
  for (const options of settings) {
    const name = Object.keys(options.routerOptions ?? options).join()
    const app = Fastify(options)
    await t.rejects(
      async () => app.register(pathGuard, { hosts: [HOST] }),
      { code: 'FST_PATH_GUARD_UNSAFE_SETTING', message: new RegExp(`Fastify's ${name} is`) },
      name,
    )
    await app.close()
  }
  const lenient = Fastify({ http: { insecureHTTPParser: true } })
  await t.rejects(
    async () => lenient.register(pathGuard, { hosts: [HOST] }),
    { code: 'FST_PATH_GUARD_UNSAFE_SETTING', message: /insecureHTTPParser is true: leave it out/ },
    'insecureHTTPParser',
  )
  await lenient.close()
})

test('starts in a service that writes the exact settings out', async (t) => {
  const app = Fastify({ routerOptions: { caseSensitive: true, ignoreTrailingSlash: false } })
  t.teardown(() => app.close())
  await t.resolves(async () => app.register(pathGuard, { hosts: [HOST] }))
})

test('decides nothing where the service rewrites targets', async (t) => {
  // The attack: rewriteUrl is set to mend targets, and what is checked is no longer what was sent.
  const app = Fastify({ rewriteUrl: (request) => (request.url ?? '/').replace('/mended', '') })
  t.teardown(() => app.close())
  const reached: string[] = []
  await app.register(pathGuard, { hosts: [HOST] })
  addHandlers(app, reached)
  const mended = await app.inject({ ...TOKEN, url: '/mended/oauth/token' })
  t.strictSame([mended.statusCode, mended.json().code], [500, 'FST_PATH_GUARD_TARGET_REWRITTEN'])
  t.strictSame(reached, [])
  t.equal((await app.inject(TOKEN)).statusCode, 200, 'a target that stayed as it was is decided')
})

test('refuses, and keeps the process, when it fails itself', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  const reached: string[] = []
  app.addHook('onRequest', async (request) => {
    Object.defineProperty(request.raw, 'rawHeaders', { value: undefined })
  })
  const causes: unknown[] = []
  app.addHook('onError', async (_request, _reply, error) => void causes.push(error.cause))
  await app.register(pathGuard, { hosts: [HOST] })
  addHandlers(app, reached)
  const answer = await app.inject(TOKEN)
  t.strictSame([answer.statusCode, answer.json().code], [500, 'FST_PATH_GUARD_GUARD_FAILED'])
  t.notMatch(answer.body, /undefined|TypeError/, 'the cause stays in the log')
  t.match(causes, [TypeError], 'and is there')
  t.strictSame(reached, [])
})

test('comes before routes, hooks and not-found handlers of every scope', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  const reached: string[] = []
  app.setNotFoundHandler(async () => reached.push('root not found'))
  app.get('/early', async () => reached.push('early route'))
  await app.register(pathGuard, { hosts: [HOST] })
  app.addHook('onRequest', async () => {
    reached.push('hook')
  })
  await app.register(
    async (scope) => {
      scope.addHook('onRequest', async () => {
        reached.push('scope hook')
      })
      scope.setNotFoundHandler(async () => reached.push('scope not found'))
      scope.get('/route', async () => reached.push('scope route'))
    },
    { prefix: '/scope' },
  )
  for (const url of ['/early', '/late', '/scope/route', '/scope/none', '/scope']) {
    const answer = await app.inject({ url, headers: HEADERS })
    t.strictSame(
      [answer.statusCode, answer.json().code],
      [404, 'FST_PATH_GUARD_PATH_NOT_ALLOWED'],
      url,
    )
  }
  t.strictSame(reached, [])
})

test("leaves the answer's form to the service's error handler, and sets its headers", async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  app.setErrorHandler<Error & { code: string; statusCode: number }>((error, _request, reply) =>
    reply.code(error.statusCode).send({ error: 'invalid_request', code: error.code }),
  )
  await app.register(pathGuard, { hosts: [HOST] })
  const wrongMethod = await app.inject({ ...TOKEN, method: 'GET' })
  t.strictSame(wrongMethod.json(), {
    error: 'invalid_request',
    code: 'FST_PATH_GUARD_METHOD_NOT_ALLOWED',
  })
  t.equal(wrongMethod.headers.allow, 'POST')
  const upgrade = await app.inject({ ...TOKEN, headers: { ...HEADERS, upgrade: 'x' } })
  t.equal(upgrade.headers.connection, 'close')
})

test('tells the log which rule refused, and the client only the reason', async (t) => {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  const app = Fastify({ logger: { stream } })
  t.teardown(() => app.close())
  await app.register(pathGuard, { hosts: [HOST] })
  const headers = { ...HEADERS, 'transfer-encoding': 'secret-coding' }
  const answer = await app.inject({ ...TOKEN, headers })
  t.strictSame(answer.json(), {
    statusCode: 400,
    code: 'FST_PATH_GUARD_AMBIGUOUS_FRAMING',
    error: 'Bad Request',
    message: 'The length of the body is ambiguous.',
  })
  t.match(lines.join(''), /Transfer-Encoding is not exactly chunked/)
  t.notMatch(lines.join(''), /secret-coding/, "the client's bytes are in neither")

  // What Node keeps from the router has no request, and is told of as well.
  lines.length = 0
  await app.listen({ port: 0, host: '127.0.0.1' })
  await exchange(portOf(app), `CONNECT ${HOST}:443 HTTP/1.1\r\n${HOST_FIELD}\r\n`)
  const line = lines.find((text) => text.includes('refused outside the router'))
  t.match(JSON.parse(line ?? '{}'), {
    err: { code: 'FST_PATH_GUARD_UNSAFE_METHOD' },
    method: 'CONNECT',
  })
})

test("answers what the router can't read through frameworkErrors, as the README says", async (t) => {
  const app = Fastify({
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => {
      reply.header('connection', 'close').send(new MalformedRequestError({ cause: error }))
    },
  })
  t.teardown(() => app.close())
  const reached: string[] = []
  await app.register(pathGuard, { hosts: [HOST] })
  addHandlers(app, reached)
  await app.listen({ port: 0, host: '127.0.0.1' })
  for (const target of ['/%zz', '/oauth/token%', 'http:///oauth/token']) {
    const bytes = `POST ${target} HTTP/1.1\r\n${HOST_FIELD}Content-Length: 0\r\n\r\n`
    const answer = await exchange(portOf(app), bytes)
    t.strictSame(
      [answer.status, answer.code, answer.closed],
      [400, 'FST_PATH_GUARD_MALFORMED_REQUEST', true],
      target,
    )
  }
  t.strictSame(reached, [])
})

test('leaves no listener behind, and none of the service away', async (t) => {
  const app = Fastify()
  const events = ['connect', 'checkExpectation', 'upgrade', 'newListener'] as const
  const count = (): readonly number[] => events.map((event) => app.server.listenerCount(event))
  const before = count()
  app.server.on('upgrade', () => {})
  await app.register(pathGuard, { hosts: [HOST] })
  await app.ready()
  t.not(app.server.listenerCount('connect'), before[0], 'it listens while the service runs')
  await app.close()
  t.strictSame(count(), [0, 0, 1, 0])
})

test('serves a thousand requests on one connection, up to a malformed one', async (t) => {
  const service = await startGuardedService(t)
  const good = `POST /oauth/token HTTP/1.1\r\n${HOST_FIELD}Content-Length: 0\r\n\r\n`
  const bad = `POST /oauth/token HTTP/1.1\r\n${HOST_FIELD}Upgrade: x\r\nContent-Length: 0\r\n\r\n`
  const answer = await exchangeAll(service.port, good.repeat(1_000) + bad + good)
  t.equal(service.reached.length, 1_000)
  t.equal(answer.everything.match(/HTTP\/1\.1 200 OK/g)?.length, 1_000)
  t.ok(/FST_PATH_GUARD_UPGRADE_REFUSED"[^\r]*$/.test(answer.everything), 'its answer is the last')
  t.ok(answer.closed)
})
