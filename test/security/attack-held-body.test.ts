// The attack: get in before the revocation, ask after it. A client whose key is about to be found out begins as many token
// requests as it may and keeps the last byte of each body back. Every one of them is judged by its headers, and accepted. The
// certificate is denied; the client sends the bytes, and each request is a token more. What was accepted must be looked at again
// when the body is there, before it goes to Auth0.
import { once } from 'node:events'
import { dirname } from 'node:path'
import { openRegistryStore } from '@mtls-edge/cert-registry'
import { openHttp2Connection, openTlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import {
  ALIAS,
  CUSTOM,
  clients,
  request,
  servers,
  startEdgeStage,
} from '../../packages/edge/test/edge-stage.ts'

const TOKEN = 'POST /oauth/token'
const BODY = 'grant_type=client_credentials'
const [BEGINNING, END] = [BODY.slice(0, -1), BODY.slice(-1)]

async function startStage(t: Test) {
  const certificate = clients.client()
  const stage = await startEdgeStage(t, (domain) => ({ ...domain, http2: true }), {
    settings: { registry: 'sqlite:registry.db' },
  })
  const store = await openRegistryStore(`sqlite:${dirname(stage.file)}/registry.db`)
  t.teardown(() => store.close())
  const ask = () => stage.ask({ bytes: request(TOKEN, '', ALIAS, BODY), certificate })
  return {
    stage,
    client: { port: stage.edge.port, servername: ALIAS, ca: servers.root.pem, certificate },
    ask,
    /** Denies the certificate; resolves when a request from then on is refused. */
    async deny() {
      await store.deny({ domain: CUSTOM, thumbprint: certificate.thumbprint }, 'somebody')
      while ((await ask()).status !== 401);
      stage.upstream.forget()
    },
  }
}

t.test('a body that comes after the revocation is too late (HTTP/1.1)', async (t) => {
  const { stage, client, ask, deny } = await startStage(t)
  const attacker = await openTlsConnection(client)
  t.teardown(() => attacker.destroy())
  attacker.write(request(TOKEN, '', ALIAS, BODY).slice(0, -END.length))
  // By the time that another request is answered, this one's headers have been judged.
  t.match(await ask(), { status: 200 })
  await deny()
  t.match(await attacker.request(END), { status: 401, text: /registration_revoked/ })
  t.same(stage.upstream.requests, [])
})

t.test('nor is one completed that is under way already, being long', async (t) => {
  const { stage, client, deny } = await startStage(t)
  const attacker = await openTlsConnection(client)
  t.teardown(() => attacker.destroy())
  const body = 'x'.repeat(200_000)
  attacker.write(request(TOKEN, '', ALIAS, body).slice(0, -1))
  const underWay = await stage.upstream.nextRequest()
  await deny()
  t.match(await attacker.request('x'), { status: 401, text: /registration_revoked/ })
  await underWay.ended
  t.equal(underWay.complete, false)
})

t.test('a body that comes after the revocation is too late (HTTP/2)', async (t) => {
  const { stage, client, ask, deny } = await startStage(t)
  const attacker = await openHttp2Connection({ ...client, timeout: 30_000 })
  t.teardown(() => attacker.destroy())
  const streams = Array.from({ length: 20 }, () =>
    attacker.session.request({ ':method': 'POST', ':path': '/oauth/token' }),
  )
  for (const stream of streams) stream.write(BEGINNING)
  t.match(await ask(), { status: 200 })
  await deny()
  for (const stream of streams) {
    stream.end(END)
    const [headers] = await once(stream, 'response')
    t.equal(headers[':status'], 401)
  }
  t.same(stage.upstream.requests, [])
})
