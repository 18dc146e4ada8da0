import type {
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
} from 'fastify'
import fp from 'fastify-plugin'
import { createConnections } from './connection.js'
import { endConnection } from './end-connection.js'
import { createRefusalError } from './errors.js'
import { type CertVerifierOptions, type PolicyOptions, resolveOptions } from './options.js'
import { openSharedSource } from './revocation/shared-source.js'
import { findServerFault } from './server-settings.js'
import { identifySocket, socketOf } from './source/socket-identity.js'
import { createVerifier } from './verifier.js'

const certVerifierPlugin: FastifyPluginAsync<CertVerifierOptions> = async (fastify, options) => {
  const { policy, certificate, chainMemory, observer, clock } = resolveOptions(options)
  const verifier = createVerifier(
    policy,
    certificate,
    (fetching) => openSharedSource({ ...fetching, log: fastify.log, observer, clock }),
    observer,
  )
  const connections = createConnections(verifier, chainMemory, clock, observer)

  // The presented chain is there once, right after the handshake: read it before any request.
  const readCertificates = (socket: object): void => {
    identifySocket(socket)
    connections.open(socket)
  }
  fastify.server.on('secureConnection', readCertificates)
  fastify.addHook('onReady', async () => {
    const fault = findServerFault(fastify.server, policy)
    if (fault !== null) fastify.log.warn(fault)
  })
  fastify.addHook('onClose', async () => {
    fastify.server.off('secureConnection', readCertificates)
    verifier.close()
  })

  /** Sets the verdict; returns the error of a refusal. */
  function judge(request: FastifyRequest, reply: FastifyReply, socket: object): Error | undefined {
    const verdict = connections.verdictOf(socket, clock())
    request.clientCertificate = verdict
    if (verdict.kind !== 'refused') return undefined
    // Nothing becomes of this connection; the next one may.
    if (verdict.reason === 'session_unknown') endConnection(request, reply)
    return createRefusalError(verdict.reason, verdict.detail)
  }
  const verifyClientCertificate: onRequestHookHandler = (request, reply, done) => {
    const socket = socketOf(request.raw)
    // Only for revocation information that is to be fetched and for what another process knows of a resumed session.
    const pending = connections.prepare(socket, clock())
    if (pending === null) done(judge(request, reply, socket))
    else pending.then(() => judge(request, reply, socket)).then(done, done)
  }
  fastify.decorate('certVerifier', {
    replaceOptions(next: PolicyOptions) {
      verifier.replacePolicy(resolveOptions({ ...next, certificate, clock }).policy)
    },
    confirm(request: FastifyRequest) {
      const before = request.clientCertificate
      const verdict = connections.verdictAgain(socketOf(request.raw), clock())
      if (verdict.kind !== 'refused' && verdict.kind === before?.kind) return
      request.clientCertificate = verdict
      const [reason, detail] =
        verdict.kind === 'refused'
          ? [verdict.reason, verdict.detail]
          : (['verification_failed', 'the kind of the certificate is another one now'] as const)
      throw createRefusalError(reason, detail)
    },
    listFetched: () => verifier.listFetched(),
  })
  fastify.decorateRequest('clientCertificate', null)
  fastify.addHook('onRequest', verifyClientCertificate)
}

/**
 * Verifies the TLS client certificate of every request and decorates `request.clientCertificate`.
 *
 * The server must ask for certificates and leave the decision here: `requestCert: true,
 * rejectUnauthorized: false`, and `ca` must be the very trust anchors of `caSigned`. Where one of these is missing, the log has a
 * warning once the service is ready.
 *
 * A request whose certificate is refused, or missing where one is required, ends with an error whose
 * `code` names the reason (`FST_CERT_VERIFIER_EXPIRED`, 401); `request.clientCertificate` is then the
 * refusal with its detail, for the log.
 *
 * It does not decide which path may be called (path-guard) nor what reaches Auth0 (auth0-forwarder).
 *
 * @example
 * ```ts
 * const app = Fastify({ https: { key, cert, ca: rootPem, requestCert: true, rejectUnauthorized: false } })
 * await app.register(certVerifier, {
 *   domain: 'auth.example.com',
 *   caSigned: { trustAnchors: [rootPem], revocation: { mode: 'off' } },
 * })
 * app.get('/', async (request) => request.clientCertificate?.kind)
 * ```
 */
export const certVerifier = fp(certVerifierPlugin, {
  name: '@mtls-edge/cert-verifier',
  fastify: '5.x',
})
