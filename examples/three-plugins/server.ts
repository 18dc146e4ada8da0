// The three plugins in a Fastify service of one's own: the mTLS alias of one custom domain.
// Run: node examples/three-plugins/server.ts   (what it needs is in the environment, see below)
import { fail } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { auth0Forwarder } from '@mtls-edge/auth0-forwarder'
import { certVerifier } from '@mtls-edge/cert-verifier'
import { pathGuard } from '@mtls-edge/path-guard'
import Fastify from 'fastify'

const env = (name: string): string => process.env[name] ?? fail(`set ${name}`)
const { TARGET_CA_FILE, PORT = '8443' } = process.env
const cert = readFileSync(env('CERTIFICATE_FILE'))
const key = readFileSync(env('KEY_FILE'))
const ca = readFileSync(env('CLIENTS_ROOT_FILE'), 'utf8')

// Every client is asked for a certificate; whether it will do is the verifier's decision.
const tls = { cert, key, ca, requestCert: true, rejectUnauthorized: false }
const app = Fastify({ logger: true, https: { ...tls, requireHostHeader: false } })

// The order is the order of decisions: is it a request of ours, whose is it, then on to Auth0.
await app.register(pathGuard, { hosts: [env('MTLS_DOMAIN')] })
await app.register(certVerifier, {
  domain: env('CUSTOM_DOMAIN'),
  caSigned: { trustAnchors: [ca], revocation: { mode: 'off' } },
})
await app.register(auth0Forwarder, {
  forwardingTarget: env('FORWARDING_TARGET'),
  cnameApiKey: env('CNAME_API_KEY'),
  ca: TARGET_CA_FILE === undefined ? undefined : readFileSync(TARGET_CA_FILE, 'utf8'),
})
app.all('/*', ({ clientCertificate }, reply) => {
  // The verifier let nothing else through; said again, so that a missing plugin is no open door.
  if (clientCertificate?.kind !== 'ca-verified') throw new Error('no verified certificate')
  return reply.forwardToAuth0({ clientCertificate })
})

await app.listen({ host: '127.0.0.1', port: Number(PORT) })
