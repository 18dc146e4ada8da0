import { openTlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { CUSTOM_DOMAIN, createAuthorities, get, MTLS_DOMAIN, startStage } from './front-stage.ts'

const authorities = createAuthorities()
const client = authorities.client({ subject: { CN: 'client-1' } })

t.test('the alias asks for a client certificate and the custom domain does not', async (t) => {
  const stage = await startStage({ authorities })
  t.teardown(() => stage.close())

  for (const [servername, subject, authorized] of [
    [MTLS_DOMAIN, 'CN=client-1', true],
    [CUSTOM_DOMAIN, null, false],
  ] as const) {
    const connection = await openTlsConnection({
      port: stage.port,
      servername,
      certificate: client,
      ca: authorities.root.pem,
    })
    const answer = await connection.request(get(servername))
    t.equal(answer.status, 200)
    t.match(JSON.parse(answer.body.toString()), { subject, authorized, protocol: 'TLSv1.3' })
    connection.destroy()
  }
  t.same(stage.events, [])
})
