import { createServer } from 'node:https'
import { openTlsConnection } from '@mtls-edge/testkit'
import t, { type Test } from 'tap'
import { updateHostServer } from '../dist/front/index.js'
import { hello } from './front-hello.ts'
import { createAuthorities, get, hostOptions, MTLS_DOMAIN, startStage } from './front-stage.ts'
import { askHello } from './front-wire.ts'

const before = createAuthorities()
const after = createAuthorities()
const client = after.client({ subject: { CN: 'client-1' } })

async function start(t: Test) {
  const stage = await startStage({ authorities: before })
  t.teardown(() => stage.close())
  const connect = (ca: string) =>
    openTlsConnection({ port: stage.port, servername: MTLS_DOMAIN, ca, certificate: client })
  return { stage, connect }
}

t.test(
  'new certificates and anchors serve new handshakes, and open connections go on',
  async (t) => {
    const { stage, connect } = await start(t)
    const open = await connect(before.root.pem)
    t.match(JSON.parse((await open.request(get(MTLS_DOMAIN))).text), { authorized: false })

    updateHostServer(stage.mtlsServer, hostOptions({ authorities: after }, MTLS_DOMAIN))
    const next = await connect(after.root.pem)
    t.match(JSON.parse((await next.request(get(MTLS_DOMAIN))).text), { authorized: true })
    t.match(await open.request(get(MTLS_DOMAIN)), {
      status: 200,
      headers: { connection: 'keep-alive' },
    })
    await t.rejects(connect(before.root.pem), 'the old certificate is gone')
    open.destroy()
    next.destroy()
  },
)

t.test('the profile changes with the rest', async (t) => {
  const { stage } = await start(t)
  const ask = () => askHello(stage.port, hello({ serverName: MTLS_DOMAIN, suites: [0xc02c] }))
  t.match(await ask(), { kind: 'server_hello' })
  const options = hostOptions(
    { authorities: before, host: { tlsProfile: 'fapi1-advanced' } },
    MTLS_DOMAIN,
  )
  updateHostServer(stage.mtlsServer, options)
  t.match(await ask(), { kind: 'alert', description: 40 })
})

const [pair] = before.serverCertificates
const [otherPair] = after.serverCertificates

const broken = {
  'a key of another certificate': {
    serverCertificates: [{ certificate: pair?.certificate ?? '', key: otherPair?.key ?? '' }],
  },
  'no certificate where one should be': { serverCertificates: [{ certificate: '', key: '' }] },
  'an anchor that is none': { trustAnchors: ['no PEM'] },
  'an anchor cut short': { trustAnchors: [before.root.pem.slice(0, 200)] },
  'another host name': { serverName: 'auth.example.com' },
  'fapi1-advanced without RSA': {
    tlsProfile: 'fapi1-advanced',
    serverCertificates: before.ecdsaOnly,
  },
} as const

for (const [what, change] of Object.entries(broken)) {
  t.test(`${what} is refused, and the server goes on as it was`, async (t) => {
    const { stage, connect } = await start(t)
    const options = { ...hostOptions({ authorities: before }, MTLS_DOMAIN), ...change }
    t.throws(() => updateHostServer(stage.mtlsServer, options))
    const connection = await connect(before.root.pem)
    t.equal((await connection.request(get(MTLS_DOMAIN))).status, 200)
    connection.destroy()
  })
}

t.test('a server from elsewhere is refused', async (t) => {
  const options = hostOptions({ authorities: before }, MTLS_DOMAIN)
  t.throws(() => updateHostServer(createServer(), options), {
    code: 'FST_EDGE_SERVER_OF_ANOTHER_HOST',
  })
})
