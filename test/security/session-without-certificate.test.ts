// Coming back as nobody (nodejs/node#35317).
//
// A client without a certificate connects in TLS 1.3 and comes back with its session. The first connection is not
// `authorized`; some releases of Node say of the resumed one that it is, though there is no certificate. Who looks at that
// word first lets nobody in as somebody. The same with the session of the custom domain, where nobody is ever asked, and
// with a certificate offered beside a session that has none: in a resumed handshake it is not sent.
import { TLS_VERSIONS } from '@mtls-edge/testkit'
import t from 'tap'
import { CUSTOM, clients } from '../../packages/edge/test/edge-stage.ts'
import { startSafeStage } from './session-stage.ts'

const client = clients.client()

for (const [version, tls] of TLS_VERSIONS) {
  t.test(`a session without a certificate stays one of nobody (${version})`, async (t) => {
    const stage = await startSafeStage(t)
    const { session, ...first } = await stage.visit(tls, {})
    t.match(first, { isReused: false, status: 401, reason: 'no_certificate' })
    for (const certificate of [undefined, client]) {
      const again = await stage.visit(tls, { session, certificate })
      t.match(again, { isReused: true, status: 401, reason: 'no_certificate' })
    }
    t.equal(stage.upstream.requests.length, 0)
    t.match(await stage.visit(tls, { certificate: client }), { isReused: false, status: 200 })
  })

  t.test(`a session of the custom domain is none of the alias (${version})`, async (t) => {
    const stage = await startSafeStage(t)
    const visitor = { servername: CUSTOM, line: 'GET /' }
    const { session } = await stage.visit(tls, visitor)
    t.match(await stage.visit(tls, { ...visitor, session }), { isReused: true, status: 200 })
    const there = await stage.visit(tls, { session })
    t.match(there, { isReused: false, status: 401, reason: 'no_certificate' })
    const back = await stage.visit(tls, { certificate: client })
    t.match(await stage.visit(tls, { ...visitor, session: back.session }), { isReused: false })
  })

  t.test(`where one host is both, nobody's session is public traffic (${version})`, async (t) => {
    const stage = await startSafeStage(t, (domain) => ({ ...domain, mtlsDomain: CUSTOM }))
    const nobody = await stage.visit(tls, { servername: CUSTOM })
    const { session } = nobody
    t.match(await stage.visit(tls, { servername: CUSTOM, session }), {
      isReused: true,
      status: 200,
    })
    t.equal(stage.upstream.requests.at(-1)?.headers['client-certificate'], undefined)

    const somebody = await stage.visit(tls, { servername: CUSTOM, certificate: client })
    await stage.visit(tls, { servername: CUSTOM, session: somebody.session })
    t.ok(stage.upstream.requests.at(-1)?.headers['client-certificate'])
  })
}
