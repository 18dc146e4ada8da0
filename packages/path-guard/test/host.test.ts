import { test } from 'tap'
import { HOST, startGuardedService } from './guarded-service.ts'
import { exchange } from './raw-exchange.ts'

// The attack: one port serves several names, each with its own trust anchors, key and upstream. A Host that
// two readers understand differently (two fields, user info, a stray character) is checked as one name
// and served as another, or it poisons a cache and the links that a service makes of it.

const BAD = [400, 'FST_PATH_GUARD_BAD_HOST'] as const
const OTHER = [421, 'FST_PATH_GUARD_MISDIRECTED_REQUEST'] as const
const BY_NODE = [400, null] as const

const BAD_HOSTS: readonly (readonly [fields: string, refused: readonly [number, string | null]])[] =
  [
    // none, or several
    ['', BAD],
    ['Host:\r\n', BAD],
    ['Host: \t\r\n', BAD],
    [`Host: ${HOST}\r\nHost: ${HOST}\r\n`, BAD],
    [`Host: ${HOST}\r\nHost: evil.example\r\n`, BAD],
    [`Host: evil.example\r\nhost: ${HOST}\r\n`, BAD],
    [`Host: ${HOST}\r\nHOST:\r\n`, BAD],
    [`Host: ${HOST}\r\nX: y\r\nhOsT: ${HOST}\r\n`, BAD],
    [`Host: ${HOST}, ${HOST}\r\n`, BAD],
    [`Host: ${HOST} evil.example\r\n`, BAD],
    [`Host : ${HOST}\r\n`, BY_NODE],
    [` Host: ${HOST}\r\n`, BY_NODE],
    [`Host: ${HOST}\r\n evil.example\r\n`, BY_NODE],
    [`X-Forwarded-Host: ${HOST}\r\n`, BAD],
    [`:authority: ${HOST}\r\n`, BY_NODE],
    // user info, scheme, path
    [`Host: u@${HOST}\r\n`, BAD],
    [`Host: u:p@${HOST}\r\n`, BAD],
    [`Host: ${HOST}@evil.example\r\n`, BAD],
    [`Host: https://${HOST}\r\n`, BAD],
    [`Host: //${HOST}\r\n`, BAD],
    [`Host: ${HOST}/\r\n`, BAD],
    [`Host: ${HOST}/oauth\r\n`, BAD],
    [`Host: ${HOST}\\evil\r\n`, BAD],
    [`Host: ${HOST}?x\r\n`, BAD],
    [`Host: ${HOST}#x\r\n`, BAD],
    // ports
    [`Host: ${HOST}:\r\n`, BAD],
    [`Host: ${HOST}:0\r\n`, BAD],
    [`Host: ${HOST}:65536\r\n`, BAD],
    [`Host: ${HOST}:999999\r\n`, BAD],
    [`Host: ${HOST}:-1\r\n`, BAD],
    [`Host: ${HOST}:+443\r\n`, BAD],
    [`Host: ${HOST}:000443\r\n`, BAD],
    [`Host: ${HOST}:443x\r\n`, BAD],
    [`Host: ${HOST}:443:443\r\n`, BAD],
    [`Host: ${HOST}: 443\r\n`, BAD],
    [`Host: ${HOST}:443@evil.example\r\n`, BAD],
    ['Host: :443\r\n', BAD],
    // dots
    [`Host: .${HOST}\r\n`, BAD],
    [`Host: ${HOST}..\r\n`, BAD],
    ['Host: mtls..auth.example.com\r\n', BAD],
    ['Host: .\r\n', BAD],
    // characters
    [`Host: ${HOST}%2e\r\n`, BAD],
    [`Host: %6dtls.auth.example.com\r\n`, BAD],
    [`Host: ${HOST}\x00\r\n`, BY_NODE],
    [`Host: ${HOST}\x00.evil.example\r\n`, BY_NODE],
    [`Host: ${HOST}\x7f\r\n`, BY_NODE],
    [`Host: ${HOST}\xad\r\n`, BAD],
    ['Host: mtl\xc5\xbf.auth.example.com\r\n', BAD],
    [`Host: "${HOST}"\r\n`, BAD],
    [`Host: <${HOST}>\r\n`, BAD],
    [`Host: ${HOST};x\r\n`, BAD],
    [`Host: *.auth.example.com\r\n`, BAD],
    [`Host: ${'a.'.repeat(127)}com\r\n`, BAD],
    [`Host: ${'a.'.repeat(125)}abcd\r\n`, BAD],
    ['Host: []\r\n', BAD],
    ['Host: [::1\r\n', BAD],
    ['Host: [::1]x\r\n', BAD],
    ['Host: ::1\r\n', BAD],
    // well formed, and not ours
    ['Host: evil.example\r\n', OTHER],
    ['Host: auth.example.com\r\n', OTHER],
    [`Host: x.${HOST}\r\n`, OTHER],
    [`Host: ${HOST}.evil.example\r\n`, OTHER],
    ['Host: mtls.auth.example.co\r\n', OTHER],
    ['Host: mtls-auth.example.com\r\n', OTHER],
    [`Host: ${'a.'.repeat(125)}abc\r\n`, OTHER],
    ['Host: localhost\r\n', OTHER],
    ['Host: 127.0.0.1:443\r\n', OTHER],
    ['Host: [::1]:443\r\n', OTHER],
    ['Host: __proto__\r\n', OTHER],
    ['Host: constructor\r\n', OTHER],
  ]

test('refuses every Host but one that names the service', async (t) => {
  for (const guard of [{}, { endpoints: 'any' }, { otherPaths: 'pass' }] as const) {
    const service = await startGuardedService(t, { guard })
    for (const [fields, refused] of BAD_HOSTS) {
      const bytes = `POST /oauth/token HTTP/1.1\r\n${fields}Content-Length: 0\r\n\r\n`
      const answer = await exchange(service.port, bytes)
      t.strictSame([answer.status, answer.code], refused, JSON.stringify(fields))
      t.equal(answer.closed, answer.status === 400, 'only a malformed one costs the connection')
    }
    t.strictSame(service.reached, [], 'no handler saw any of them')
  }
})

test('refuses a Host with a NUL or a folded line by itself where the parser lets it pass', async (t) => {
  const service = await startGuardedService(t, { lenientParser: true })
  const refusals = [
    [`Host: ${HOST}\x00\r\n`, BAD],
    [`Host: ${HOST}\r\n evil.example\r\n`, BAD],
    [`Host: ${HOST}\r\nX: y\nHost: evil.example\r\n`, BAD],
  ] as const
  for (const [fields, refused] of refusals) {
    const bytes = `POST /oauth/token HTTP/1.1\r\n${fields}Content-Length: 0\r\n\r\n`
    const answer = await exchange(service.port, bytes)
    t.strictSame([answer.status, answer.code], refused, JSON.stringify(fields))
  }
  t.strictSame(service.reached, [])
})

test('compares Host without case, one trailing dot and port', async (t) => {
  const service = await startGuardedService(t, { guard: { hosts: ['MTLS.Auth.example.com'] } })
  const hosts = [HOST, HOST.toUpperCase(), 'mTLS.auth.Example.Com', `${HOST}.`, `${HOST}:8443`]
  for (const host of [...hosts, `${HOST}.:443`, `${HOST}:1`, `${HOST}:65535`, `${HOST}:00443`]) {
    const bytes = `POST /oauth/token HTTP/1.1\r\nhOST:${host}\r\nContent-Length: 0\r\n\r\n`
    t.equal((await exchange(service.port, bytes)).status, 200, host)
  }
})

test('serves each of several hosts, and no other', async (t) => {
  const hosts = ['a.example', 'b.example', '127.0.0.1']
  const service = await startGuardedService(t, { guard: { hosts } })
  for (const [host, status] of [...hosts.map((name) => [name, 200] as const), ['c.example', 421]]) {
    const bytes = `POST /oauth/token HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`
    t.equal((await exchange(service.port, bytes)).status, status, `${host}`)
  }
})

test('wants a Host of HTTP/1.0 too', async (t) => {
  const service = await startGuardedService(t)
  const without = await exchange(service.port, 'POST /oauth/token HTTP/1.0\r\n\r\n')
  t.strictSame([without.status, without.code], BAD)
  const bytes = `POST /oauth/token HTTP/1.0\r\nHost: ${HOST}\r\nContent-Length: 0\r\n\r\n`
  const answer = await exchange(service.port, bytes)
  t.strictSame([answer.status, answer.closed], [200, true])
})
