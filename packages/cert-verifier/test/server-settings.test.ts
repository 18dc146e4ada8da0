import { type CertVerifierOptions, certVerifier } from '@mtls-edge/cert-verifier'
import { createPki } from '@mtls-edge/testkit'
import Fastify, { type FastifyServerOptions } from 'fastify'
import t from 'tap'

const pki = createPki()
const { pem: cert, keyPem: key } = pki.server('auth.example.com')
const ca = pki.root.pem
const tls = { cert, key, ca, requestCert: true, rejectUnauthorized: false }
const caSigned = { trustAnchors: [ca], revocation: { mode: 'off' } } as const
const domain = 'auth.example.com'
const withCa: CertVerifierOptions = { domain, caSigned }
const alone: CertVerifierOptions = { domain, selfSigned: 'forward' }

/** What the log is told at warn and above, from the registration to ready. */
async function warningsOf(server: object, options = withCa): Promise<readonly string[]> {
  const warnings: string[] = []
  const stream = { write: (line: string) => warnings.push(JSON.parse(line).msg) }
  const settings: FastifyServerOptions = { logger: { level: 'warn', stream }, ...server }
  const app = Fastify(settings)
  await app.register(certVerifier, options)
  await app.ready()
  await app.close()
  return warnings
}

const without = (name: keyof typeof tls): object => {
  const { [name]: _, ...rest } = tls
  return { https: rest }
}

// biome-ignore format: one line a case
const cases: readonly (readonly [title: string, server: object, words: RegExp])[] = [
  ['a server without TLS', {}, /does not speak TLS.*`https: \{ cert, key, ca, requestCert: true, rejectUnauthorized: false \}`/],
  ['an HTTP/2 server without TLS', { http2: true }, /does not speak TLS/],
  ['a server that asks for no certificate', without('requestCert'), /asks no client for a certificate.*`requestCert: true`/],
  ['a server that turns clients away itself', without('rejectUnauthorized'), /turns .* away .*`rejectUnauthorized: false`/],
  ['a server without the trust anchors', without('ca'), /public roots.*`ca`/],
]

for (const [title, server, words] of cases) {
  t.test(`warns of ${title}, on which no certificate could pass`, async (t) => {
    const warnings = await warningsOf(server)
    t.equal(warnings.length, 1)
    t.match(warnings[0], words)
  })
}

t.test('says nothing of a server that is as it should be', async (t) => {
  t.same(await warningsOf({ https: tls }), [])
  t.same(await warningsOf({ http2: true, https: tls }), [])
  t.same(await warningsOf({ http2: true, https: { ...tls, allowHTTP1: true } }), [])
})

t.test('wants no `ca` where no CA is trusted, or OpenSSL is not asked', async (t) => {
  t.same(await warningsOf(without('ca'), alone), [])
  const ownEngine = { domain, caSigned: { ...caSigned, dangerouslyTrustOwnEngineAlone: true } }
  t.same(await warningsOf(without('ca'), ownEngine), [])
})
