import {
  auth0Forwarder,
  encodeCertificateHeader,
  type ForwardOptions,
} from '@mtls-edge/auth0-forwarder'
import { issueCertificateOfEncodedSize } from '@mtls-edge/testkit'
import fastify from 'fastify'
import t from 'tap'
import { codeOf, pki, requestOf, startEdge } from './edge-in-test.ts'

t.test('the header is the PEM of the leaf alone, URL-component encoded', async (t) => {
  const client = pki.client()
  const header = encodeCertificateHeader(client.der)
  t.equal(decodeURIComponent(header), client.pem)
  t.match(
    header,
    /^-----BEGIN%20CERTIFICATE-----%0A[A-Za-z0-9%]+%0A-----END%20CERTIFICATE-----%0A$/,
  )
  for (const line of decodeURIComponent(header).split('\n').slice(1, -3)) t.equal(line.length, 64)
})

t.test('a view into a larger buffer is encoded alone', async (t) => {
  const { der } = pki.client()
  const larger = Buffer.concat([Buffer.alloc(7, 1), der, Buffer.alloc(9, 2)])
  const view = new Uint8Array(larger.buffer, larger.byteOffset + 7, der.byteLength)
  t.equal(encodeCertificateHeader(view), encodeCertificateHeader(der))
})

t.test('4096 bytes fit, 4097 are refused, and nothing is ever cut', async (t) => {
  for (const size of [4095, 4096]) {
    const { der, pem } = issueCertificateOfEncodedSize(size)
    const header = encodeCertificateHeader(der)
    t.equal(header.length, size)
    t.equal(decodeURIComponent(header), pem)
  }
  const { der } = issueCertificateOfEncodedSize(4097)
  for (const bytes of [der, Buffer.alloc(2_000_000)]) {
    t.throws(() => encodeCertificateHeader(bytes), {
      code: 'FST_AUTH0_FORWARDER_CERTIFICATE_TOO_LARGE',
      statusCode: 401,
    })
  }
})

t.test('a certificate too large is refused before anything is sent', async (t) => {
  const { der } = issueCertificateOfEncodedSize(4097)
  const { upstream, send } = await startEdge(t, {
    clientCertificate: { kind: 'self-signed', raw: der },
  })
  const response = await send(requestOf('GET /'))
  t.equal(response?.status, 401)
  t.equal(codeOf(response), 'FST_AUTH0_FORWARDER_CERTIFICATE_TOO_LARGE')
  t.equal(upstream.connections.opened, 0)
})

const words = [
  ['ca-verified', 'SUCCESS'],
  ['self-signed', 'FAILED:self-signed certificate'],
] as const

for (const [kind, word] of words) {
  t.test(`a ${kind} certificate is told as ${word}`, async (t) => {
    const client = kind === 'ca-verified' ? pki.client() : pki.selfSignedClient()
    const { upstream, send } = await startEdge(t, { clientCertificate: { kind, raw: client.der } })
    await send(requestOf('GET /'))
    const [reached] = upstream.requests
    t.same(reached?.valuesOf('client-certificate').map(decodeURIComponent), [client.pem])
    t.same(reached?.valuesOf('client-certificate-ca-verified'), [word])
  })
}

t.test('traffic without a certificate carries neither header', async (t) => {
  const { upstream, send } = await startEdge(t, { clientCertificate: null })
  await send(requestOf('GET /'))
  t.same(upstream.requests[0]?.valuesOf('client-certificate'), [])
  t.same(upstream.requests[0]?.valuesOf('client-certificate-ca-verified'), [])
})

const client = pki.client()
const raw = client.der
const missing = 'FST_AUTH0_FORWARDER_CLIENT_CERTIFICATE_MISSING'
const invalid = 'FST_AUTH0_FORWARDER_INVALID_CLIENT_CERTIFICATE'
const misuses: readonly (readonly [what: string, options: unknown, code: string])[] = [
  ['no options', undefined, missing],
  ['null for options', null, missing],
  ['no certificate', {}, missing],
  ['a decorator that was never set', { clientCertificate: undefined }, missing],
  ['no kind', { clientCertificate: { raw } }, invalid],
  ['a refused certificate', { clientCertificate: { kind: 'refused', raw } }, invalid],
  ['none', { clientCertificate: { kind: 'none', raw } }, invalid],
  ['a name of every object', { clientCertificate: { kind: 'constructor', raw } }, invalid],
  ['the kind in another case', { clientCertificate: { kind: 'CA-verified', raw } }, invalid],
  ['a list of kinds', { clientCertificate: { kind: ['ca-verified'], raw } }, invalid],
  ['no bytes', { clientCertificate: { kind: 'ca-verified' } }, invalid],
  ['empty bytes', { clientCertificate: { kind: 'ca-verified', raw: new Uint8Array() } }, invalid],
  [
    'PEM for DER',
    { clientCertificate: { kind: 'ca-verified', raw: Buffer.from(client.pem) } },
    invalid,
  ],
  [
    'a chain for a leaf',
    { clientCertificate: { kind: 'ca-verified', raw: Buffer.concat([client.der, client.der]) } },
    invalid,
  ],
  [
    'a leaf cut short',
    { clientCertificate: { kind: 'ca-verified', raw: client.der.subarray(0, -1) } },
    invalid,
  ],
  ['text for bytes', { clientCertificate: { kind: 'ca-verified', raw: 'MIIB' } }, invalid],
  ['a word for a certificate', { clientCertificate: 'ca-verified' }, invalid],
  ['false for a certificate', { clientCertificate: false }, invalid],
]

t.test(
  'a handler that does not say what the certificate is gets an error, not public traffic',
  async (t) => {
    for (const [what, options, code] of misuses) {
      const app = fastify()
      t.teardown(() => app.close())
      await app.register(auth0Forwarder, {
        forwardingTarget: 'https://127.0.0.1:1',
        cnameApiKey: 'key',
      })
      // What a handler written in JavaScript may hand in.
      app.get('/', (_request, reply) => reply.forwardToAuth0(options as ForwardOptions))
      const response = await app.inject('/')
      t.equal(response.statusCode, 500, what)
      t.equal(response.json().code, code, what)
    }
  },
)

t.test('other bytes under the same object are encoded anew', async (t) => {
  const [first, second] = [pki.client(), pki.client()]
  const certificate = { kind: 'ca-verified' as const, raw: first.der }
  const { upstream, send } = await startEdge(t, { clientCertificate: certificate })
  await send(requestOf('GET /'))
  await send(requestOf('GET /'))
  certificate.raw = second.der
  await send(requestOf('GET /'))
  const sent = upstream.requests.flatMap((request) => request.valuesOf('client-certificate'))
  t.same(sent.map(decodeURIComponent), [first.pem, first.pem, second.pem])
})
