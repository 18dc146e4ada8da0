import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { PublicTrafficRejectedError } from './errors.js'
import type { HostRole } from './host-role.js'

/**
 * The handler of a host: which requests go to Auth0, and whether with their certificate.
 *
 * Closed, not open: on the alias nothing goes without a certificate that was accepted, since Auth0 would answer it with
 * an unbound token and no error.
 */
export function createHandler(
  role: HostRole,
  publicTraffic: 'forward' | 'reject',
): RouteHandlerMethod {
  function forwardPublic(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (publicTraffic === 'reject') throw new PublicTrafficRejectedError()
    return forward(request, reply, null)
  }

  function forwardCertified(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { clientCertificate } = request
    if (clientCertificate?.kind === 'ca-verified' || clientCertificate?.kind === 'self-signed')
      return forward(request, reply, clientCertificate)
    throw new TypeError(
      'a request without an accepted certificate came to the handler of the alias',
    )
  }

  if (role === 'public') return forwardPublic
  if (role === 'alias') return forwardCertified
  return (request, reply) => {
    const isPublic = request.clientCertificate?.kind === 'none' || request.allowedEndpoint === null
    return isPublic ? forwardPublic(request, reply) : forwardCertified(request, reply)
  }
}

type Forwarded = Parameters<FastifyReply['forwardToAuth0']>[0]['clientCertificate']

function forward(
  request: FastifyRequest,
  reply: FastifyReply,
  clientCertificate: Forwarded,
): FastifyReply {
  request.outcome.forwardedAt = performance.now()
  reply.forwardToAuth0({ clientCertificate })
  return reply
}
