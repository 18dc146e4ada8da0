// The attack, CVE-2026-48928: Node's own choice of a context by SNI (`addContext`) compares letter by letter and falls back
// to the server's default context where nothing fits. A client that writes the alias as MTLS.auth.example.com, with a
// trailing dot, or not at all, then gets the default context: another host's certificate and another host's rules on client
// certificates. The victim is whoever configured the alias with mutual TLS and finds that a capital letter turns it off.
// The front compares names as the DNS does, knows no default, and answers 112 to what it does not know.
import { openTlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { hello, hostName } from '../../packages/edge/test/front-hello.ts'
import {
  CUSTOM_DOMAIN,
  createAuthorities,
  get,
  MTLS_DOMAIN,
  startStage,
} from '../../packages/edge/test/front-stage.ts'
import { sendToEnd } from '../../packages/edge/test/front-wire.ts'

const authorities = createAuthorities()
const client = authorities.client({ subject: { CN: 'client-1' } })
const UNRECOGNIZED_NAME = '15030300020270'

t.test('every spelling of the alias asks for the certificate', async (t) => {
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())
  for (const servername of [
    MTLS_DOMAIN,
    MTLS_DOMAIN.toUpperCase(),
    'mTlS.aUtH.eXaMpLe.CoM',
    `${MTLS_DOMAIN}.`,
  ]) {
    for (const tls of [{ maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }] as const) {
      const connection = await openTlsConnection({
        port: stage.port,
        servername,
        certificate: client,
        tls,
      })
      const answer = await connection.request(get(MTLS_DOMAIN))
      t.match(JSON.parse(answer.text), { subject: 'CN=client-1', authorized: true })
      connection.destroy()
    }
  }
})

const strangers = {
  'no name': hello(),
  'no extensions': hello({ withoutExtensions: true }),
  'a name below the alias': hello({ serverName: `a.${MTLS_DOMAIN}` }),
  'a name that ends like the alias': hello({ serverName: `evil${MTLS_DOMAIN}` }),
  'a wildcard': hello({ serverName: '*.auth.example.com' }),
  'two trailing dots': hello({ serverName: `${MTLS_DOMAIN}..` }),
  'a NUL behind the alias': hello({ serverName: `${MTLS_DOMAIN}\0` }),
  'a space behind the alias': hello({ serverName: `${MTLS_DOMAIN} ` }),
  'a port behind the alias': hello({ serverName: `${MTLS_DOMAIN}:443` }),
  // U+017F and U+212A fold to s and k outside ASCII; as Latin-1 or UTF-8 bytes they must not.
  'a long s in UTF-8': hello({
    serverNameExtension: hostName(Buffer.from('mtl\u017f.auth.example.com').toString('latin1')),
  }),
  'an address': hello({ serverName: '127.0.0.1' }),
  'an address in square brackets': hello({ serverName: '[::1]' }),
  'a member of every object': hello({ serverName: '__proto__' }),
  'another member of every object': hello({ serverName: 'toString' }),
}

for (const [what, bytes] of Object.entries(strangers)) {
  t.test(`${what} gets alert 112 and no certificate of any host`, async (t) => {
    const stage = await startStage({ authorities })
    t.teardown(() => stage.close())
    t.equal((await sendToEnd(stage.port, bytes)).toString('hex'), UNRECOGNIZED_NAME)
    t.equal(stage.events.length, 1)
  })
}

t.test('two names in one hello, the harmless one first, reach no host', async (t) => {
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())
  for (const [one, other] of [
    [CUSTOM_DOMAIN, MTLS_DOMAIN],
    [MTLS_DOMAIN, CUSTOM_DOMAIN],
  ] as const) {
    const bytes = hello({ serverName: one, extraExtensions: [[0, hostName(other)]] })
    t.equal((await sendToEnd(stage.port, bytes)).toString('hex'), '1503030002022f')
  }
})

t.test('a hello over the front before any host is known is refused', async (t) => {
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())
  stage.front.setHosts([])
  const bytes = hello({ serverName: MTLS_DOMAIN })
  t.equal((await sendToEnd(stage.port, bytes)).toString('hex'), UNRECOGNIZED_NAME)
})
