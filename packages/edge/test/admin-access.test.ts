import t from 'tap'
import { createSessions } from '../dist/admin/auth/sessions.js'
import { callAdmin, startAdminStage, TOKEN } from './admin-stage.ts'
import { servers } from './edge-stage.ts'

const CSRF = { 'x-mtls-edge-csrf': '1' }
const login = (token = TOKEN, headers: Record<string, string> = CSRF) =>
  ({ method: 'POST', isKnown: false, headers, body: { token, actor: 'ana' } }) as const

const cookieOf = (headers: Readonly<Record<string, unknown>>): string =>
  String(headers['set-cookie']).split(';')[0] ?? ''

t.test('lets nobody in without the token', async (t) => {
  const stage = await startAdminStage(t)
  for (const path of ['/api/v1/domains', '/api/v1/health', '/api/openapi.json', '/api/session']) {
    t.match(await stage.call(path, { isKnown: false }), {
      status: 401,
      body: { code: 'unauthorized' },
    })
    t.equal((await stage.call(path)).status, 200, path)
  }
  const wrong = [`Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, 'Bearer', `Basic ${TOKEN}`, TOKEN]
  for (const authorization of wrong) {
    const refused = await stage.call('/api/v1/domains', { headers: { authorization } })
    t.match(refused, { status: 401, headers: { 'www-authenticate': 'Bearer' } }, authorization)
  }
  t.match(
    stage.log.filter(({ event }) => event === 'admin_refused'),
    [{ remoteAddress: '127.0.0.1' }],
  )
  t.notMatch(stage.output(), TOKEN, 'the log has nothing of it')
})

t.test('after ten wrong tokens of an address says so, and lets the right one in', async (t) => {
  // Attack: keeping the operators out. Who guesses at their address, as any program of the machine can at 127.0.0.1, must not lock it.
  const stage = await startAdminStage(t)
  const guess = { headers: { authorization: 'Bearer guess' } }
  const guesses = await Promise.all(
    Array.from({ length: 10 }, () => stage.call('/api/v1/domains', guess)),
  )
  t.ok(guesses.every(({ status }) => status === 401))
  const late = await stage.call('/api/v1/domains', guess)
  t.match(late, { status: 429, body: { code: 'too_many_attempts' } })
  t.ok(Number(late.headers['retry-after']) >= 1)
  t.equal((await stage.call('/api/session', login('wrong'))).status, 429)
  t.equal((await stage.call('/api/v1/domains')).status, 200)
  t.equal((await stage.call('/api/session', login())).status, 200)
  t.equal((await stage.call('/api/v1/domains', guess)).status, 429, 'the right one resets nothing')
  const refused = stage.log.filter(({ event }) => event === 'admin_refused')
  t.equal(refused.length, 10, 'guesses do not fill the log')
})

t.test('logs in with a cookie that no script reads, and out again', async (t) => {
  const stage = await startAdminStage(t)
  const refused = await stage.call('/api/session', login('wrong'))
  t.match(refused, { status: 401, headers: { 'set-cookie': undefined } })
  const entered = await stage.call('/api/session', login())
  t.match(entered, { status: 200, body: { by: 'session', actor: 'ana' } })
  const [cookie = ''] = entered.headers['set-cookie'] ?? []
  for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Expires=']) {
    t.match(cookie, attribute)
  }
  t.notMatch(cookie, TOKEN)
  const headers = { cookie: cookieOf(entered.headers), ...CSRF }
  t.match(await stage.call('/api/session', { isKnown: false, headers }), { status: 200 })
  const left = await stage.call('/api/session', { method: 'DELETE', isKnown: false, headers })
  t.equal(left.status, 204)
  t.equal((await stage.call('/api/session', { isKnown: false, headers })).status, 401)
})

t.test('takes no change from a page of another origin', async (t) => {
  // Attack: a page that an operator looks at makes their browser send requests here, with their cookie.
  const stage = await startAdminStage(t)
  const entered = await stage.call('/api/session', login())
  const cookie = cookieOf(entered.headers)
  const own = `http://127.0.0.1:${stage.adminPort}`
  const logOut = (headers: Record<string, string>) =>
    stage.call('/api/session', {
      method: 'DELETE',
      isKnown: false,
      headers: { cookie, ...headers },
    })
  const forged: Record<string, string>[] = [
    {},
    { 'x-mtls-edge-csrf': '0' },
    { ...CSRF, origin: 'https://evil.example' },
    { ...CSRF, origin: 'null' },
    { ...CSRF, origin: 'http://127.0.0.1:1' },
    { ...CSRF, 'sec-fetch-site': 'cross-site' },
    { ...CSRF, 'sec-fetch-site': 'same-site' },
    { ...CSRF, 'sec-fetch-site': 'none' },
  ]
  for (const headers of forged) {
    const refused = await logOut(headers)
    t.match(refused, { status: 403, body: { code: 'cross_site' } }, JSON.stringify(headers))
  }
  const reading = { isKnown: false, headers: { cookie, 'sec-fetch-site': 'cross-site' } }
  t.equal((await stage.call('/api/v1/domains', reading)).status, 403)
  t.equal((await stage.call('/api/session', login(TOKEN, {}))).status, 403, 'logging in neither')
  const allowed = await logOut({ ...CSRF, origin: own, 'sec-fetch-site': 'same-origin' })
  t.equal(allowed.status, 204)
})

t.test('answers for its own hosts alone', async (t) => {
  // Attack (DNS rebinding): evil.example points to 127.0.0.1, and its page is then of the same origin as the listener.
  const stage = await startAdminStage(t, undefined, {
    settings: {
      admin: { host: '127.0.0.1', port: 0, token: TOKEN, allowedHosts: ['edge.example.com'] },
    },
  })
  const statusOf = async (host: string, path = '/api/v1/domains') =>
    (await stage.call(path, { headers: { host } })).status
  const good = ['localhost', 'LOCALHOST:9090', '127.0.0.1:1', '[::1]', 'Edge.Example.com.:9090']
  for (const host of good) t.equal(await statusOf(host), 200, host)
  const bad = ['evil.example', 'localhost.evil.example', 'a@localhost', '127.0.0.1.evil.example']
  for (const host of bad) {
    t.equal(await statusOf(host), 421, host)
    t.equal(await statusOf(host, '/'), 421, `${host}, the page`)
  }
})

t.test('every answer has the headers that keep a browser from doing harm', async (t) => {
  const stage = await startAdminStage(t)
  const paths = [
    '/',
    '/api/v1/domains',
    '/api/v1/nothing',
    '/page/nothing',
    '/../package.json',
    '/%zz',
  ]
  for (const path of paths) {
    const { headers } = await stage.call(path)
    t.match(
      headers,
      {
        'content-security-policy': /^default-src 'none'; script-src 'self'; style-src 'self';/,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      },
      path,
    )
    const policy = String(headers['content-security-policy'])
    t.match(policy, "frame-ancestors 'none'")
    t.notMatch(policy, /unsafe|https?:|\*/)
    t.notOk('access-control-allow-origin' in headers)
  }
  t.match(await stage.call('/'), { status: 200, headers: { 'content-type': /^text\/html/ } })
  t.equal((await stage.call('/page/%2e%2e/start-admin.ts')).status, 403)
})

t.test('speaks TLS where it has a certificate, and its cookie goes nowhere else', async (t) => {
  const server = servers.server(['localhost', 'admin.example.com'])
  const stage = await startAdminStage(t, undefined, {
    files: { 'admin.crt': server.chainPem, 'admin.key': server.keyPem },
    settings: {
      admin: {
        port: 0,
        token: TOKEN,
        tls: { certificateFile: 'admin.crt', keyFile: 'admin.key' },
      },
    },
  })
  const ca = servers.root.pem
  const host = { host: 'admin.example.com' }
  const entered = await stage.call('/api/session', { ...login(TOKEN, { ...CSRF, ...host }), ca })
  t.equal(entered.status, 200, "the certificate's names are its hosts")
  t.match(String(entered.headers['set-cookie']), /^__Host-mtls-edge-session=.*Secure/)
  await t.rejects(callAdmin(stage.adminPort, '/'), 'no plain HTTP there')
})

t.test(
  'a session ends by its age and when nobody uses it, and there are not too many',
  async (t) => {
    let now = 0
    const sessions = createSessions(() => now)
    const hour = 3_600_000
    const { id } = sessions.begin(null)
    for (now = 0; now < 12 * hour; now += hour / 2) t.ok(sessions.find(id), `at ${now}`)
    t.equal(sessions.find(id), null, 'after twelve hours')
    const idle = sessions.begin(null).id
    now += hour
    t.equal(sessions.find(idle), null, 'after an hour without a request')
    const first = sessions.begin(null).id
    for (let count = 0; count < 100; count += 1) sessions.begin(null)
    t.equal(sessions.find(first), null)
  },
)

t.test('tells a wrong method from a wrong path', async (t) => {
  const stage = await startAdminStage(t)
  for (const [method, path, allow] of [
    ['DELETE', '/api/v1/registry/entries', 'GET, HEAD, POST'],
    ['POST', '/api/v1/registry/entries/00ff/history', null],
    ['PUT', '/api/v1/registry/entries/00ff', 'DELETE, GET, HEAD'],
    ['GET', '/api/v1/registry/entries/00ff/deny', 'POST'],
    ['GET', '/api/v1/registry/import?domain=x', 'POST'],
    ['PATCH', '/api/session', 'DELETE, GET, HEAD, POST'],
    ['POST', '/page/app.js', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['GET', '/api/v1', null],
  ] as const) {
    const { status, headers, body } = await stage.call(path, { method })
    const code = allow === null ? 'not_found' : 'method_not_allowed'
    t.match({ status, body }, { status: allow === null ? 404 : 405, body: { code } }, path)
    t.equal(headers.allow, allow ?? undefined, path)
    t.match(headers, { 'cache-control': 'no-store' })
  }
})

t.test('the health listener does too', async (t) => {
  const { edge } = await startAdminStage(t)
  const ask = async (method: string, path: string) =>
    await fetch(`http://127.0.0.1:${edge.healthPort}${path}`, { method })
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    const { status, headers } = await ask('POST', path)
    t.same([status, headers.get('allow')], [405, 'GET, HEAD'], path)
    t.equal((await ask('HEAD', path)).status, 200, path)
  }
  t.equal((await ask('POST', '/nothing')).status, 404)
})
