// The three plugins in a Fastify service of one's own: the mTLS alias of one custom domain.
// Run: node examples/three-plugins/server.ts   (what it needs is in the environment, see below)
import { readFileSync } from 'node:fs'
import { auth0Forwarder } from '@mtls-edge/auth0-forwarder'
import { certVerifier } from '@mtls-edge/cert-verifier'
import { pathGuard } from '@mtls-edge/path-guard'
import Fastify from 'fastify'

const env = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`set ${name}`)
  return value
}
const { TARGET_CA_FILE, HOST = '127.0.0.1', PORT = '8443' } = process.env
const clientsRoot = readFileSync(env('CLIENTS_ROOT_FILE'), 'utf8')

const app = Fastify({
  logger: true,
  https: {
    cert: readFileSync(env('CERTIFICATE_FILE')),
    key: readFileSync(env('KEY_FILE')),
    minVersion: 'TLSv1.2',
    // Every client is asked for a certificate; whether it will do is the verifier's decision.
    requestCert: true,
    rejectUnauthorized: false,
    ca: clientsRoot,
  },
})

// The order is the order of decisions: is it a request of ours, whose is it, then on to Auth0.
await app.register(pathGuard, { hosts: [env('MTLS_DOMAIN')] })
await app.register(certVerifier, {
  domain: env('CUSTOM_DOMAIN'),
  caSigned: { trustAnchors: [clientsRoot], revocation: { mode: 'off' } },
})
await app.register(auth0Forwarder, {
  forwardingTarget: env('FORWARDING_TARGET'),
  cnameApiKey: env('CNAME_API_KEY'),
  ...(TARGET_CA_FILE ? { ca: readFileSync(TARGET_CA_FILE, 'utf8') } : {}),
})
app.all('/*', (request, reply) => {
  const { clientCertificate } = request
  if (clientCertificate?.kind !== 'ca-verified')
    throw new Error('the verifier let nothing else through')
  return reply.forwardToAuth0({ clientCertificate })
})

await app.listen({ host: HOST, port: Number(PORT) })
