import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import type { DomainConfiguration } from '../configuration/types.js'
import type { Tracing } from '../telemetry/tracing/tracing.js'
import { PublicTrafficRejectedError } from './errors.js'
import type { HostRole } from './host-role.js'

/** What a handler needs of its host. */
export interface HandlerSurroundings {
  readonly tracing: Tracing | null
  /** Throws where the host is gone by now. */
  readonly confirmHost: () => void
}

/**
 * The handler of a host: which requests go to Auth0, and whether with their certificate.
 *
 * Closed, not open: on the alias nothing goes without a certificate that was accepted, since Auth0 would answer it with
 * an unbound token and no error.
 */
export function createHandler(
  role: HostRole,
  domain: DomainConfiguration,
  { tracing, confirmHost }: HandlerSurroundings,
): RouteHandlerMethod {
  const { publicTraffic, endpoints } = domain

  function forwardPublic(request: FastifyRequest, reply: FastifyReply): void {
    if (publicTraffic === 'reject') throw new PublicTrafficRejectedError()
    forward(request, reply, null)
  }

  function forwardCertified(request: FastifyRequest, reply: FastifyReply): void {
    const { clientCertificate } = request
    if (clientCertificate?.kind !== 'ca-verified' && clientCertificate?.kind !== 'self-signed')
      throw new TypeError(
        'a request without an accepted certificate came to the handler of the alias',
      )
    forward(request, reply, clientCertificate)
  }

  // Nothing is returned: for a reply, as for a promise, Fastify would wait, and watch the whole answer for that.
  function forward(
    request: FastifyRequest,
    reply: FastifyReply,
    clientCertificate: Forwarded,
  ): void {
    reply.forwardToAuth0({
      clientCertificate,
      requestId: request.id,
      // A client may keep its body back, or a busy target its connections, until the certificate is revoked or the domain removed.
      confirm() {
        confirmHost()
        if (clientCertificate !== null) request.server.certVerifier.confirm(request)
      },
      onSend() {
        request.outcome.forwardedAt = performance.now()
        return tracing?.beginForwarding(request)
      },
    })
  }

  if (role === 'public') return forwardPublic
  if (role === 'alias') return forwardCertified
  return (request, reply) => {
    const isCertified = request.clientCertificate?.kind !== 'none' && isEndpoint(request, endpoints)
    if (isCertified) forwardCertified(request, reply)
    else forwardPublic(request, reply)
  }
}

/** Whether the guard recognised an endpoint, and by a method that the configuration names. */
function isEndpoint(
  { allowedEndpoint, method }: FastifyRequest,
  endpoints: DomainConfiguration['endpoints'],
): boolean {
  if (allowedEndpoint === null) return false
  const endpoint = endpoints.find(({ path }) => path === allowedEndpoint.path)
  return endpoint?.methods.includes(method) ?? false
}

type Forwarded = Parameters<FastifyReply['forwardToAuth0']>[0]['clientCertificate']
