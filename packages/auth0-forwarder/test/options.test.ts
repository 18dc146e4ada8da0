import { type Auth0ForwarderOptions, auth0Forwarder } from '@mtls-edge/auth0-forwarder'
import fastify from 'fastify'
import t from 'tap'
import { codeOf, pki, requestOf, startEdge } from './edge-in-test.ts'

const good = { forwardingTarget: 'https://tenant.edge.tenants.eu.auth0.com', cnameApiKey: 'key' }
const secret = 'sécret-that-no-header-carries'

const bad: readonly (readonly [option: string, value: unknown])[] = [
  ['forwardingTarget', undefined],
  ['forwardingTarget', ''],
  ['forwardingTarget', 'tenant.edge.tenants.auth0.com'],
  ['forwardingTarget', 'http://tenant.edge.tenants.auth0.com'],
  ['forwardingTarget', 'https://'],
  ['forwardingTarget', 'https://a.example/path'],
  ['forwardingTarget', 'https://a.example/.'],
  ['forwardingTarget', 'https://a.example?query'],
  ['forwardingTarget', 'https://a.example/?'],
  ['forwardingTarget', 'https://a.example#'],
  ['forwardingTarget', 'https://user@a.example'],
  ['forwardingTarget', 'https://user:password@a.example'],
  ['forwardingTarget', 'https://@a.example'],
  ['forwardingTarget', 'https://a.example\\@b.example'],
  ['forwardingTarget', ' https://a.example'],
  ['forwardingTarget', 'https://a.example:port'],
  ['forwardingTarget', 'https://a.exa mple'],
  ['forwardingTarget', ['https://a.example']],
  ['cnameApiKey', undefined],
  ['cnameApiKey', ''],
  ['cnameApiKey', ' key'],
  ['cnameApiKey', 'key\n'],
  ['cnameApiKey', 'key\r\nclient-certificate: x'],
  ['cnameApiKey', secret],
  ['cnameApiKey', 7],
  ['clientIpHeader', 'x-real-ip'],
  ['clientIpHeader', 'True-Client-IP'],
  ['clientIpHeader', null],
  ['ca', ''],
  ['ca', 'certs/root.pem'],
  ['ca', pki.root.keyPem],
  ['ca', `${pki.root.pem}${pki.root.keyPem}`],
  ['ca', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'],
  ['ca', [pki.root.pem]],
  ['timeouts', 5],
  ['timeouts.connect', 0],
  ['timeouts.headers', -1],
  ['timeouts.body', 1.5],
  ['timeouts.body', Number.POSITIVE_INFINITY],
  ['timeouts.total', 5],
  ['maxBodyBytes', 0],
  ['maxBodyBytes', '1MB'],
  ['connections', 0],
  ['connections', null],
  ['maxWaiting', Number.NaN],
  ['clientIp', 'socket'],
  ['rejectUnauthorized', false],
  ['tls', { rejectUnauthorized: false }],
  ['undici', {}],
  ['checkServerIdentity', () => undefined],
]

t.test('a bad option fails at registration, by its path, and shows no secret', async (t) => {
  for (const [path, value] of bad) {
    const [name = '', inner] = path.split('.')
    const options = { ...good, [name]: inner === undefined ? value : { [inner]: value } }
    const app = fastify()
    // What a configuration written in JavaScript may hold.
    const registering = app.register(auth0Forwarder, options as Auth0ForwarderOptions)
    const error = await Promise.resolve(registering).then(
      () => null,
      (failure: unknown) => failure,
    )
    t.match(error, { code: 'FST_AUTH0_FORWARDER_INVALID_OPTION', statusCode: 500 }, path)
    const message = error instanceof Error ? error.message : ''
    t.ok(message.includes(`option ${name}`), `${path}: ${message}`)
    t.notMatch(message, /sécret|password|PRIVATE KEY|MIIB/)
    await app.close()
  }
})

t.test('good options are taken, with the names that Fastify adds', async (t) => {
  const targets = [
    'https://a.example',
    'https://a.example/',
    'HTTPS://A.example:8443',
    'https://[::1]:1',
  ]
  for (const forwardingTarget of targets) {
    const app = fastify()
    const two = `${pki.root.pem}${pki.intermediate.pem}`
    const options = { ...good, forwardingTarget, ca: two, timeouts: { connect: 1 }, prefix: '/x' }
    await app.register(auth0Forwarder, { ...options, logLevel: 'warn', connections: 1 })
    await app.ready()
    t.ok(app.hasReplyDecorator('forwardToAuth0'), forwardingTarget)
    await app.close()
  }
})

t.test('options changed after registration change nothing', async (t) => {
  const options = { maxBodyBytes: 10, timeouts: { headers: 5_000 } }
  const { send } = await startEdge(t, { options })
  options.maxBodyBytes = 1_000
  const response = await send(requestOf('POST /', ['Content-Length: 11']))
  t.equal(codeOf(response), 'FST_AUTH0_FORWARDER_BODY_TOO_LARGE')
})

t.test('several targets live in one process, each in a scope of its own', async (t) => {
  const first = await startEdge(t)
  const second = await startEdge(t)
  const app = fastify()
  t.teardown(() => app.close())
  for (const [prefix, { upstream }] of Object.entries({ first, second })) {
    await app.register(
      async (scope) => {
        await scope.register(auth0Forwarder, {
          forwardingTarget: `https://localhost:${upstream.port}`,
          cnameApiKey: `key-${prefix}`,
          ca: pki.root.pem,
        })
        scope.post('/', (_request, reply) => reply.forwardToAuth0({ clientCertificate: null }))
      },
      { prefix },
    )
  }
  app.post('/parsed', async (request) => request.body)
  for (const [prefix, { upstream }] of Object.entries({ first, second })) {
    t.equal((await app.inject({ method: 'POST', url: `/${prefix}` })).statusCode, 200)
    t.same(upstream.requests[0]?.valuesOf('cname-api-key'), [`key-${prefix}`])
    t.equal(upstream.requests.length, 1)
  }
  const payload = { still: 'parsed outside of the scopes' }
  t.same((await app.inject({ method: 'POST', url: '/parsed', payload })).json(), payload)
})

t.test('the types let nobody forget what the certificate is', async (t) => {
  const app = fastify()
  t.teardown(() => app.close())
  await app.register(auth0Forwarder, good)
  // @ts-expect-error the certificate, or null, must be written
  app.get('/1', (_request, reply) => reply.forwardToAuth0({}))
  // @ts-expect-error undefined is not a word on it
  app.get('/2', (_request, reply) => reply.forwardToAuth0({ clientCertificate: undefined }))
  app.get('/3', (_request, reply) =>
    // @ts-expect-error a refused certificate is not forwarded
    reply.forwardToAuth0({ clientCertificate: { kind: 'refused', raw: pki.root.der } }),
  )
  for (const url of ['/1', '/2', '/3']) t.equal((await app.inject(url)).statusCode, 500, url)
  // @ts-expect-error the target is verified, always
  const unverified: Auth0ForwarderOptions = { ...good, rejectUnauthorized: false }
  t.ok(unverified)
})
