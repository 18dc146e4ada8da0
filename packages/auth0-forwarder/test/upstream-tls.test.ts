import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { createPki, startRecordingUpstream } from '@mtls-edge/testkit'
import t from 'tap'
import { codeOf, pki, requestOf, serverCertificate, startEdge } from './edge-in-test.ts'

const notSecure = 'FST_AUTH0_FORWARDER_UPSTREAM_TLS'

/*
 * The attack: whoever stands between edge and Auth0 shows a certificate of his own and is handed the key.
 */
const other = pki.selfSignedClient({ subjectAlternativeNames: [{ dns: 'localhost' }] })
const wrong = [
  ['of a CA that nobody knows', other],
  ['for another name', pki.server('attacker.example')],
  [
    'that has expired',
    pki.server('localhost', { notBefore: new Date(0), notAfter: new Date(86_400_000) }),
  ],
  [
    'that is not valid yet',
    pki.server('localhost', {
      notBefore: new Date('2090-01-01'),
      notAfter: new Date('2091-01-01'),
    }),
  ],
  ['for clients', pki.server('localhost', { extendedKeyUsage: ['clientAuth'] })],
] as const

for (const [what, certificate] of wrong) {
  t.test(`a target with a certificate ${what} is a 502, and gets nothing`, async (t) => {
    const impostor = await startRecordingUpstream({ certificate })
    t.teardown(() => impostor.close())
    // Whatever the operator's environment says: it is verified.
    Object.assign(process.env, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })
    t.teardown(() => Reflect.deleteProperty(process.env, 'NODE_TLS_REJECT_UNAUTHORIZED'))
    const { send } = await startEdge(t, {
      options: { forwardingTarget: `https://localhost:${impostor.port}` },
    })
    const response = await send(requestOf('POST /', ['Content-Length: 2'], 'ab'))
    t.equal(response?.status, 502)
    t.equal(codeOf(response), notSecure)
    t.notMatch(response?.text, /certificate|expired|altname|localhost/i)
    t.equal(impostor.requests.length, 0)
  })
}

t.test('without extra roots the target is verified by the default ones', async (t) => {
  const { upstream, send } = await startEdge(t, { options: { ca: undefined } })
  t.equal(codeOf(await send(requestOf('GET /'))), notSecure)
  t.equal(upstream.requests.length, 0)
})

t.test('TLS below 1.2 and suites without forward secrecy are not offered', async (t) => {
  const weak = [
    { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' },
    { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' },
  ] as const
  for (const server of weak) {
    const target = await startRecordingUpstream({ certificate: serverCertificate, server })
    t.teardown(() => target.close())
    const { send } = await startEdge(t, {
      options: { forwardingTarget: `https://localhost:${target.port}` },
    })
    t.equal(codeOf(await send(requestOf('GET /'))), notSecure)
  }
  const target = await startRecordingUpstream({
    certificate: serverCertificate,
    server: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' },
  })
  t.teardown(() => target.close())
  const { send } = await startEdge(t, {
    options: { forwardingTarget: `https://localhost:${target.port}` },
  })
  t.equal((await send(requestOf('GET /')))?.status, 200)
})

t.test('extra roots stand beside the default ones, not in their place', async (t) => {
  const publicPki = createPki({ name: 'Public' })
  const before = getCACertificates('default')
  setDefaultCACertificates([publicPki.root.pem])
  t.teardown(() => setDefaultCACertificates(before))
  for (const certificate of [serverCertificate, publicPki.server('localhost')]) {
    const target = await startRecordingUpstream({ certificate })
    t.teardown(() => target.close())
    const { send } = await startEdge(t, {
      options: { forwardingTarget: `https://localhost:${target.port}` },
    })
    t.equal((await send(requestOf('GET /')))?.status, 200)
  }
})

t.test('every new connection verifies anew: none resumes the session of another', async (t) => {
  const { upstream, send } = await startEdge(t)
  const reused: boolean[] = []
  upstream.answerWith(({ incoming, response }) => {
    reused.push(Reflect.apply(Reflect.get(incoming.socket, 'isSessionReused'), incoming.socket, []))
    response.writeHead(200, { connection: 'close', 'content-length': 0 })
    response.end()
  })
  for (let round = 0; round < 3; round += 1) await send(requestOf('GET /'))
  t.same(reused, [false, false, false])
  t.equal(upstream.connections.opened, 3)
})
