import { Ajv2020 } from 'ajv/dist/2020.js'
import Fastify from 'fastify'
import { pino } from 'pino'
import t from 'tap'
import { answerError } from '../dist/admin/answer-error.js'
import { adminApi } from '../dist/admin/api.js'
import { createSessions } from '../dist/admin/auth/sessions.js'
import { createAdminToken } from '../dist/admin/auth/token.js'
import { Secret } from '../dist/configuration/index.js'
import { startAdminStage, TOKEN } from './admin-stage.ts'
import { CUSTOM, clients } from './edge-stage.ts'
import { pki } from './registry-stage.ts'

interface Operation {
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >
}

interface Description {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const unused = (): never => {
  throw new Error('nobody asks for it here')
}

t.test('every route is described, and none is open but the login', async (t) => {
  const app = Fastify()
  app.setErrorHandler(answerError)
  const routes: string[] = []
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${url}`)
  })
  const context = {
    store: null,
    log: pino({ level: 'silent' }),
    configuration: unused,
    nextStart: unused,
    describeParts: unused,
    describeActivity: unused,
    listFetched: unused,
  }
  const token = createAdminToken(new Secret(TOKEN))
  const sessions = createSessions()
  await app.register(adminApi, {
    context,
    token,
    sessions,
    isSecure: false,
    onKnown: () => {},
    version: '1',
  })
  const headers = { authorization: `Bearer ${TOKEN}` }
  const answer = await app.inject({ url: '/api/openapi.json', headers })
  const description: Description = answer.json()
  t.match(description.openapi, /^3\.1/)
  const described = Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const own = routes.filter((route) => !route.endsWith('/api/openapi.json'))
  t.ok(own.length >= 18, `${own.length} routes`)
  t.same(described.sort(), own.map((route) => route.replace(/:(\w+)/g, '{$1}')).sort())
  for (const [path, operations] of Object.entries(description.paths)) {
    for (const [method, { summary, tags, responses }] of Object.entries(operations)) {
      const name = `${method} ${path}`
      t.ok(summary && tags?.length === 1, name)
      t.ok(
        Object.keys(responses).some((status) => /^20[04]$/.test(status)),
        name,
      )
      t.ok('4XX' in responses || '4xx' in responses, name)
    }
  }
  for (const route of own) {
    const [method, url] = route.split(' ')
    if (route === 'POST /api/session' || method === undefined || url === undefined) continue
    const csrf = { 'x-mtls-edge-csrf': '1' }
    const refused = await app.inject({ method: method as 'GET', url, headers: csrf })
    t.equal(refused.statusCode, 401, route)
  }
  await app.close()
})

t.test('real answers are as they are described', async (t) => {
  const stage = await startAdminStage(t)
  const description: Description = JSON.parse((await stage.call('/api/openapi.json')).text)
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })

  async function check(path: string, route: string, request: object = {}, status = 200) {
    const { method = 'GET' } = request as { method?: string }
    const answer = await stage.call(path, request)
    t.equal(answer.status, status, `${method} ${path}`)
    const responses = description.paths[route]?.[method.toLowerCase()]?.responses ?? {}
    const name = status >= 400 ? `${String(status)[0]}XX` : String(status)
    const described = responses[name] ?? responses[name.toLowerCase()]
    const schema = described?.content?.['application/json']?.schema
    if (schema === undefined) throw new Error(`no schema of ${method} ${route} ${status}`)
    const validate = ajv.compile(schema)
    t.ok(validate(answer.body), `${path}: ${ajv.errorsText(validate.errors)}`)
  }

  const entries = '/api/v1/registry/entries'
  const one = pki.selfSignedClient({ subject: { CN: 'client one' } })
  const pem = one.pem + clients.client().pem
  const path = `${entries}/${one.thumbprint}`
  const route = `${entries}/{thumbprint}`
  const post = (body: object) => ({ method: 'POST', body })
  await check('/api/session', '/api/session')
  await check('/api/v1/domains', '/api/v1/domains')
  await check('/api/v1/health', '/api/v1/health')
  await check('/api/v1/registry/preview', '/api/v1/registry/preview', post({ pem }))
  await check(entries, entries, post({ pem, notes: 'a\nb' }))
  await check(entries, entries, post({ pem, state: 'pending' }))
  await check(`${path}/suspend`, `${route}/suspend`, post({}))
  await check(`${path}/deny`, `${route}/deny`, post({ domain: CUSTOM, pem: one.pem }))
  await check(path, route, { method: 'DELETE' }, 409)
  await check(path, route)
  await check(`${path}/activate`, `${route}/activate`, post({}))
  await check(path, route, { method: 'DELETE' })
  await check(path, route)
  await check(`${entries}?withPem=true`, entries)
  await check('/api/v1/registry/audit', '/api/v1/registry/audit')
  await check('/api/v1/registry/count?state=pending', '/api/v1/registry/count')
  await check('/api/v1/expiring', '/api/v1/expiring')
  await check('/api/v1/revocation', '/api/v1/revocation')
  await check('/api/v1/configuration', '/api/v1/configuration')
  await check('/api/v1/activity', '/api/v1/activity')
  await check(`${entries}?limit=0`, entries, {}, 400)
  const lines = { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: '{}' }
  await check('/api/v1/registry/import', '/api/v1/registry/import', lines)
})
