import { type Issued, type KeyKind, openTlsConnection } from '@mtls-edge/testkit'
import t from 'tap'
import { hello } from './front-hello.ts'
import {
  CUSTOM_DOMAIN,
  createAuthorities,
  get,
  MTLS_DOMAIN,
  type Stage,
  startStage,
} from './front-stage.ts'
import { readFirstFlight } from './front-wire.ts'

const authorities = createAuthorities()
const CERTIFICATE_REQUEST = 13

let stage: Stage
t.before(async () => {
  stage = await startStage({ authorities })
})
t.teardown(() => stage.close())

const TLS_1_2 = { maxVersion: 'TLSv1.2' } as const
const TLS_1_3 = { minVersion: 'TLSv1.3' } as const

/** What the alias sees of a client with this certificate. */
async function show(
  certificate: Issued,
  tls: object,
  port = stage.port,
): Promise<Record<string, unknown>> {
  const connection = await openTlsConnection({ port, servername: MTLS_DOMAIN, certificate, tls })
  try {
    return JSON.parse((await connection.request(get(MTLS_DOMAIN))).text)
  } finally {
    connection.destroy()
  }
}

const keys: readonly KeyKind[] = ['p256', 'p384', 'rsa2048', 'rsa4096', 'rsa-pss', 'ed25519']

for (const key of keys) {
  t.test(`takes a client key of kind ${key} in TLS 1.2 and 1.3`, async (t) => {
    const certificate = authorities.client({ subject: { CN: key }, key })
    for (const tls of [TLS_1_2, TLS_1_3]) {
      t.match(await show(certificate, tls), { subject: `CN=${key}`, authorized: true })
    }
  })
}

t.test('takes a client key on P-521 in TLS 1.3', async (t) => {
  const certificate = authorities.client({ key: 'p521' })
  t.match(await show(certificate, TLS_1_3), { authorized: true })
})

t.test(
  'refuses a client key on P-521 in TLS 1.2, where its curve must be a group of the profile',
  async (t) => {
    const certificate = authorities.client({ key: 'p521' })
    const event = stage.nextEvent()
    await t.rejects(show(certificate, TLS_1_2))
    t.match(await event, { reason: 'tls_error', cause: { code: 'ERR_SSL_WRONG_CURVE' } })
  },
)

t.test(
  'a client whose key no signature of the profile fits comes without its certificate',
  async (t) => {
    const certificate = authorities.client({ key: 'ed448' })
    for (const tls of [TLS_1_2, TLS_1_3]) {
      t.match(await show(certificate, tls), { subject: null, authorized: false })
    }
  },
)

/** What a CertificateRequest of TLS 1.2 holds (RFC 5246 section 7.4.4). */
async function readCertificateRequest(servername: string, port = stage.port) {
  const flight = await readFirstFlight(port, hello({ serverName: servername }))
  const request = flight.find(({ type }) => type === CERTIFICATE_REQUEST)
  if (request === undefined) return null
  const algorithmsAt = 1 + request.body.readUInt8(0)
  const namesAt = algorithmsAt + 2 + request.body.readUInt16BE(algorithmsAt)
  const algorithms: number[] = []
  for (let at = algorithmsAt + 2; at < namesAt; at += 2)
    algorithms.push(request.body.readUInt16BE(at))
  return { algorithms, names: request.body.subarray(namesAt + 2) }
}

t.test('asks for signatures without SHA-1, and with Ed25519 and RSA-PSS', async (t) => {
  const request = await readCertificateRequest(MTLS_DOMAIN)
  const algorithms = request?.algorithms ?? []
  t.same(
    algorithms.filter((algorithm) => algorithm >> 8 === 2 || algorithm >> 8 === 1),
    [],
  )
  for (const wanted of [0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0809, 0x0401]) {
    t.ok(algorithms.includes(wanted), wanted.toString(16))
  }
})

t.test('names the configured authorities, and none where there are none', async (t) => {
  const request = await readCertificateRequest(MTLS_DOMAIN)
  t.same(request?.names.subarray(2), authorities.root.subject)
  t.equal(await readCertificateRequest(CUSTOM_DOMAIN), null)

  const bare = await startStage({ authorities, mtls: { trustAnchors: [] } })
  t.teardown(() => bare.close())
  t.equal((await readCertificateRequest(MTLS_DOMAIN, bare.port))?.names.length, 0)
})

t.test('an intermediate is an anchor by itself', async (t) => {
  const some = await startStage({
    authorities,
    mtls: { trustAnchors: [authorities.intermediate.pem] },
  })
  t.teardown(() => some.close())
  const below = authorities.client({ subject: { CN: 'below' } })
  t.match(await show(below, TLS_1_3, some.port), { subject: 'CN=below', authorized: true })
  const beside = authorities.client({ subject: { CN: 'beside' }, issuer: authorities.root })
  t.match(await show(beside, TLS_1_3, some.port), { subject: 'CN=beside', authorized: false })
})

t.test('an intermediate completes a chain, and is no anchor', async (t) => {
  const { root, intermediate } = authorities
  const leaf = authorities.client({ subject: { CN: 'leaf' } })
  const withoutChain = { ...leaf, chainPem: leaf.pem }
  t.match(await show(withoutChain, TLS_1_3), { authorized: false })
  for (const [trustAnchors, authorized] of [
    [[root.pem], true],
    [[createAuthorities().root.pem], false],
    [[], false],
  ] as const) {
    const some = await startStage({
      authorities,
      mtls: { trustAnchors, intermediates: [intermediate.pem] },
    })
    t.teardown(() => some.close())
    t.match(await show(withoutChain, TLS_1_3, some.port), { subject: 'CN=leaf', authorized })
    t.match(await show(leaf, TLS_1_3, some.port), { subject: 'CN=leaf', authorized })
  }
})

t.test('without anchors nothing is authorized', async (t) => {
  const bare = await startStage({ authorities, mtls: { trustAnchors: [] } })
  t.teardown(() => bare.close())
  for (const certificate of [authorities.client(), authorities.selfSignedClient()]) {
    for (const tls of [TLS_1_2, TLS_1_3]) {
      t.match(await show(certificate, tls, bare.port), { subject: String, authorized: false })
    }
  }
})

t.test(
  'a self-signed certificate and one of an unknown authority get through the handshake, not authorized',
  async (t) => {
    const stranger = createAuthorities().client({ subject: { CN: 'stranger' } })
    for (const tls of [TLS_1_2, TLS_1_3]) {
      t.match(await show(stranger, tls), { subject: 'CN=stranger', authorized: false })
      t.match(await show(authorities.selfSignedClient(), tls), {
        subject: 'CN=self-signed client',
        authorized: false,
        authorizationError: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      })
    }
  },
)
