import t from 'tap'
import { bad, refuseAll } from './configuration-case.ts'
import { ENVIRONMENT, findProblems, GOOD, load } from './configuration-fixture.ts'

const TOKEN = 'Zm9yIHRlc3RzIGFsb25lLCBub2JvZHkgZWxzZQ=='
const admin = (text: string): string => `${GOOD}admin: { ${text} }\n`

t.test('is not there where nobody asks for it', async (t) => {
  t.equal(load(GOOD).admin, null)
})

t.test('listens on this machine alone unless told otherwise', async (t) => {
  const { admin: read } = load(admin(`token: '${TOKEN}'`))
  t.match(read, { host: '127.0.0.1', port: 9090, tls: null, allowedHosts: [] })
  t.equal(read?.token.reveal(), TOKEN)
  t.notMatch(JSON.stringify(read), TOKEN)
})

t.test('takes the token from a file or the environment', async (t) => {
  t.equal(load(admin('tokenFile: admin.token')).admin?.token.reveal(), TOKEN)
  const environment = { ...ENVIRONMENT, ADMIN_TOKEN: TOKEN }
  t.equal(load(admin('token: "$' + '{ADMIN_TOKEN}"'), environment).admin?.token.reveal(), TOKEN)
})

t.test('listens beyond this machine with TLS, or where that is said', async (t) => {
  const tls = 'tls: { certificateFile: certs/auth.crt, keyFile: certs/auth.key }'
  const withTls = load(admin(`host: 0.0.0.0, token: '${TOKEN}', ${tls}`))
  t.match(withTls.admin, { host: '0.0.0.0', tls: { certificate: /^-----BEGIN/ } })
  t.same(withTls.warnings, [])
  const plain = admin(`host: 10.0.0.1, token: '${TOKEN}', dangerouslyAllowPlainHttp: true`)
  t.match(findProblems(plain), [{ severity: 'warning', path: 'admin.host', message: /no TLS/ }])
  for (const host of ['127.0.0.2', '::1', 'localhost', 'LOCALHOST']) {
    t.same(findProblems(admin(`host: '${host}', token: '${TOKEN}'`)), [], host)
  }
})

// biome-ignore format: one line a case
refuseAll([
  bad('an administration without a token', admin('port: 9090'), 'admin.token', 23, /is missing/, /tokenFile/),
  bad('a short token', admin(`token: '${TOKEN.slice(0, 31)}'`), 'admin.token', 23, /less than 32 characters/, /openssl rand -base64 32/),
  bad('a token of one character', admin(`token: ${'a'.repeat(40)}`), 'admin.token', 23, /again and again/, /openssl rand/),
  bad('a token with a space', admin(`token: '${TOKEN} x'`), 'admin.token', 23, /no header can carry/, /openssl rand/),
  bad('a token and its file', admin(`token: '${TOKEN}', tokenFile: admin.token`), 'admin.tokenFile', 23, /stands beside/, /remove/),
  bad('a file of a token that is missing', admin('tokenFile: nothing.token'), 'admin.tokenFile', 23, /does not exist/, /put the file/),
  bad('plain HTTP beyond this machine', admin(`host: 0.0.0.0, token: '${TOKEN}'`), 'admin.host', 23, /wants TLS/, /dangerouslyAllowPlainHttp/),
  bad('plain HTTP by a name', admin(`host: localhost.example.com, token: '${TOKEN}'`), 'admin.host', 23, /wants TLS/, /tls:/),
  bad('the public port', admin(`port: 8443, token: '${TOKEN}'`), 'admin.port', 23, /port of `listen` too/, /a port each/),
  bad('the port of health', admin(`port: 9091, token: '${TOKEN}'`), 'admin.port', 23, /port of `health` too/, /a port each/),
  bad('a key of another certificate', admin(`token: '${TOKEN}', tls: { certificateFile: certs/auth.crt, keyFile: certs/auth-rsa.key }`), 'admin.tls.keyFile', 23, /does not belong/, /issued for/),
  bad('an allowed host that is a URL', admin(`token: '${TOKEN}', allowedHosts: ['https://edge']`), 'admin.allowedHosts[0]', 23, /not a host name/, /without https/),
  bad('a misspelt key', admin(`token: '${TOKEN}', allowedHost: [edge]`), 'admin.allowedHost', 23, /not a key/, /allowedHosts/),
])
