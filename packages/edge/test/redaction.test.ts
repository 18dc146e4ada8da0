import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:tls'
import { createPki, rawTlsRequest } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { postgresPlace, sqlitePlace } from '../../cert-registry/test/stores.ts'
import { fileOf, MAIN, startProcessStage } from './edge-process-stage.ts'
import { ALIAS, API_KEY, CUSTOM, clients, request, servers } from './edge-stage.ts'
import { startCollector } from './otlp-collector.ts'
import { redisUrl } from './redis-stage.ts'

const TOKEN = '5f0c1d7e9a3b48d2865e7f10c9b2a4d36e8f7a1b'
const PASSWORD = 'the-password-of-the-database'
const REDIS_PASSWORD = 'the-password-of-the-counts'
const OTHER_REDIS_PASSWORD = 'the-password-of-a-redis-that-is-none'
const OTHER_KEY = 'another-api-key-in-a-broken-file'
const AUTHORIZATION = 'the-token-of-the-collector'

/** Everything that would show a private key, in whatever form it was printed. */
function formsOf(pem: string): readonly string[] {
  const key: KeyObject = createPrivateKey(pem)
  const der = key.export({ type: 'pkcs8', format: 'der' })
  const { d = '', p, q } = key.export({ format: 'jwk' })
  const secrets = [d, p, q].flatMap((text) =>
    text === undefined ? [] : [Buffer.from(text, 'base64url')],
  )
  return [
    // Of the lines, the first is the same for all keys of a kind, and the last may be too short to mean anything.
    ...pem
      .split('\n')
      .filter((line) => line.length === 64)
      .slice(1),
    ...[der, ...secrets].flatMap((bytes) => [
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      bytes.toString('latin1'),
      JSON.stringify([...bytes]).slice(1, -1),
    ]),
  ]
}

/** A registry with a password in its URL; the server here asks for none, and takes any. */
async function registryUrl(t: Test): Promise<string> {
  try {
    const url = new URL((await postgresPlace(t)).url)
    url.password = PASSWORD
    return url.href
  } catch (error) {
    if (process.env.CI === 'true') throw error
    t.comment('PostgreSQL cannot be reached: without the password of a database')
    return sqlitePlace(t).url
  }
}

/** Where requests are counted; the server asks for no password, and takes any. One that is away says so in the log. */
function countsUrl(): string {
  const url = redisUrl()
  url.username = 'default'
  url.password = REDIS_PASSWORD
  return url.href
}

t.test(
  'no secret is in anything that comes out of a whole run, at the level of most words',
  async (t) => {
    const collector = await startCollector()
    t.teardown(() => collector.close())
    process.env.OTEL_BSP_SCHEDULE_DELAY = '50'
    process.env.OTEL_EXPORTER_OTLP_HEADERS = `authorization=${AUTHORIZATION}`
    const stage = await startProcessStage(t, {
      workers: 2,
      settings: {
        registry: await registryUrl(t),
        admin: { host: '127.0.0.1', port: 0, tokenFile: 'admin.token' },
        tracing: { endpoint: collector.endpoint },
        rateLimit: { perCertificate: 1_000, redis: countsUrl() },
      },
      files: { 'admin.token': TOKEN },
      program: [MAIN, 'start', '--log-level', 'trace', '--config'],
    })
    delete process.env.OTEL_BSP_SCHEDULE_DELAY
    delete process.env.OTEL_EXPORTER_OTLP_HEADERS
    const shown: string[] = []
    const read = async (port: unknown, path: string, headers: Record<string, string> = {}) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
      shown.push(JSON.stringify([...answer.headers]), await answer.text())
    }
    const client = clients.client()
    const ask = async (bytes: string, certificate = client): Promise<void> => {
      const options = {
        port: stage.port,
        servername: ALIAS,
        ca: servers.root.pem,
        bytes,
        certificate,
      }
      const { response } = await rawTlsRequest(options)
      shown.push(response?.text ?? '', JSON.stringify(response?.rawHeaders))
    }

    const first = await readFile(fileOf(stage, 'server.key'), 'utf8')

    // Requests of all kinds.
    await ask(request('POST /oauth/token', 'Authorization: Bearer x\r\n'))
    await ask(
      request('POST /oauth/token', `cname-api-key: ${API_KEY}\r\nx-cname_api.key: ${API_KEY}\r\n`),
    )
    await ask(request('POST /not/there'))
    await ask(request('GET /%zz'))
    await ask('no HTTP at all\r\n\r\n')
    await ask(request('POST /oauth/token', '', 'evil.example.com'))
    await ask(
      request('POST /oauth/token'),
      clients.client({ notAfter: new Date(Date.now() - 60_000) }),
    )
    await ask(request('POST /oauth/token'), createPki({ name: 'Strangers' }).client())
    await new Promise((resolve) => {
      connect({ port: stage.port, host: '127.0.0.1', servername: 'other.example.com' }).on(
        'error',
        resolve,
      )
    })
    // Errors on the way to Auth0.
    stage.upstream.answerWith(({ incoming }) => {
      incoming.socket.destroy()
    })
    await ask(request('POST /oauth/token'))
    await stage.upstream.close()
    await ask(request('POST /oauth/token'))
    // The admin listener, with the right token, a wrong one, and none.
    const { adminPort } = JSON.parse(
      stage
        .output()
        .split('\n')
        .find((line) => line.includes('adminPort')) ?? '{}',
    )
    t.ok(adminPort, 'there is an admin listener')
    for (const path of ['/api/v1/configuration', '/api/configuration', '/']) {
      await read(adminPort, path, { authorization: `Bearer ${TOKEN}` })
      await read(adminPort, path, { authorization: `Bearer ${TOKEN.slice(1)}` })
      await read(adminPort, path)
    }
    // Files that are broken, each with a secret in it.
    const key = servers.server([CUSTOM, ALIAS])
    await writeFile(fileOf(stage, 'server.key'), key.keyPem)
    await stage.nextLine('configuration_refused')
    await writeFile(fileOf(stage, 'server.key'), key.keyPem.slice(0, 400))
    await stage.nextLine('configuration_refused')
    const broken = servers.server([CUSTOM, ALIAS])
    await writeFile(fileOf(stage, 'server.crt'), broken.keyPem)
    await stage.nextLine('configuration_refused')
    await stage.configure((configuration) => ({
      ...configuration,
      cnameApiKey: OTHER_KEY,
      tlsProfile: OTHER_KEY,
      rateLimit: { perCertificate: 1_000, redis: `http://edge:${OTHER_REDIS_PASSWORD}@127.0.0.1` },
    }))
    await stage.nextLine('configuration_refused')
    await read(stage.healthPort, '/readyz')
    // And good ones.
    const next = servers.server([CUSTOM, ALIAS])
    await writeFile(fileOf(stage, 'server.key'), next.keyPem)
    await writeFile(fileOf(stage, 'server.crt'), next.chainPem)
    await stage.configure(({ cnameApiKey: _, ...configuration }) => ({
      ...configuration,
      tlsProfile: 'fapi2',
      rateLimit: { perCertificate: 1_000, redis: countsUrl() },
    }))
    await stage.nextLine('configuration_loaded')
    await ask(request('POST /oauth/token'))
    for (const path of ['/metrics', '/readyz', '/healthz', '/not/there'])
      await read(stage.healthPort, path)
    await collector.waitFor(1)
    stage.child.kill('SIGTERM')
    await stage.nextLine('stopped')

    const everything = [stage.output(), ...shown, ...collector.bodies].join('\n')
    t.match(everything, /upstream_unreachable/)
    t.match(everything, /mtls_edge_requests_total/)
    t.match(everything, /configuration_refused/)
    t.match(everything, /"rateLimit":\{"state"/)
    const passwords = [PASSWORD, REDIS_PASSWORD, OTHER_REDIS_PASSWORD]
    const plain = [API_KEY, TOKEN, ...passwords, OTHER_KEY, AUTHORIZATION, 'Bearer x']
    const forms = plain.flatMap((text) => {
      const bytes = Buffer.from(text)
      return [text, bytes.toString('base64').replace(/=*$/, ''), bytes.toString('hex')]
    })
    for (const form of forms) t.notOk(everything.includes(form), `no ${form.slice(0, 8)}...`)
    t.notMatch(everything, /PRIVATE KEY/)
    const keys = [first, ...[key, broken, next, client].map(({ keyPem }) => keyPem)].flatMap(
      formsOf,
    )
    t.ok(
      keys.some((form) => `${everything}${first}`.includes(form)),
      'one would be found',
    )
    t.same(keys.filter((form) => everything.includes(form)).length, 0, 'no private key in any form')
  },
)
