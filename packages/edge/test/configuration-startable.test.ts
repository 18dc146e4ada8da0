import { pathGuard } from '@mtls-edge/path-guard'
import Fastify from 'fastify'
import t from 'tap'
import { bad, refuseAll } from './configuration-case.ts'
import { change, findProblems } from './configuration-fixture.ts'

const DOMAIN = 'domains[0]'
const REVOCATION = `${DOMAIN}.clientCertificates.caSigned.revocation`
const ENDPOINTS = '[/oauth/token, /userinfo]'
const ZONE = 'fetch: [crl]\n          fetchAllowHosts: ["fe80::1%eth0"]'

// What `check` calls good must start: each of these once passed here, and was refused by the part of the edge that it is for.
// biome-ignore format: one line a case
refuseAll([
  bad('FAPI 1 without an RSA certificate', change('fapi2', 'fapi1-advanced'), `${DOMAIN}.serverCertificates`, 6, /has no RSA certificate/, /tlsProfile: fapi2/),
  bad('an endpoint with a slash at its end', change(ENDPOINTS, '[/oauth/revoke/]'), `${DOMAIN}.endpoints[0]`, 12, /not a path/, /slash or dot at its end/),
  bad('a host name that some take for an address', change('auth.example.com', 'auth.0x7f000001'), `${DOMAIN}.customDomain`, 5, /not a host name/, /auth\.example\.com/),
  bad('an allowed host with a zone', change('crlFiles: [clients.crl]', ZONE), `${REVOCATION}.fetchAllowHosts[0]`, 20, /neither a host name nor an IP address/, /without scheme/),
])

const PATHS = [
  ...['/', '/oauth/revoke', '/.well-known/a', '/a-b_c~d', '/a.b', '/A/9'],
  ...[
    '/a/',
    '/a.',
    '/a/...',
    '/a//b',
    '/a/./b',
    '/a/..',
    '/a%41',
    '/a;b',
    '/a+b',
    '/a(b)',
    '/a*',
    '/:a',
    '/a b',
    '/ä',
  ],
]

t.test('an endpoint that the configuration takes is one that path-guard takes', async (t) => {
  for (const path of PATHS) {
    const problems = findProblems(change(ENDPOINTS, JSON.stringify([path])))
    t.equal(problems.length === 0, await isTakenByGuard(path), path)
  }
})

async function isTakenByGuard(path: string): Promise<boolean> {
  const app = Fastify()
  try {
    await app.register(pathGuard, { hosts: ['mtls.auth.example.com'], endpoints: [path] })
    return true
  } catch {
    return false
  } finally {
    await app.close()
  }
}
