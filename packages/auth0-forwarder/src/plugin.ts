/** The plugin: options become a closure, `reply.forwardToAuth0` its face. */
import replyFrom from '@fastify/reply-from'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { checkBodyIsUnread, meterBody, readBodyFraming } from './body.js'
import { certificateHeaders, type VerifiedClientCertificate } from './certificate-headers.js'
import { normalizeClientAddress } from './client-address.js'
import {
  AlreadyForwardedError,
  ClientCertificateMissingError,
  ClientClosedRequestError,
  ForwardingFailedError,
  InvalidTargetError,
  MethodNotForwardedError,
} from './errors.js'
import { answerFailure, closeUnlessRead, dispatchBy, Forwarding } from './forwarding.js'
import { type Auth0ForwarderOptions, type ResolvedOptions, resolveOptions } from './options.js'
import { buildRequestHeaders } from './request-headers.js'
import { buildResponseHeaders } from './response-headers.js'
import { openUpstreamPool, type UpstreamRequest } from './upstream-pool.js'

/** What a handler says of the request that it forwards. */
export interface ForwardOptions {
  /** The verified certificate of the connection, or `null`, written out, for traffic without one. */
  readonly clientCertificate: VerifiedClientCertificate | null
}

const forwardedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

const auth0ForwarderPlugin: FastifyPluginAsync<Auth0ForwarderOptions> = async (fastify, given) => {
  const options = resolveOptions(given)
  const pool = openUpstreamPool(options)
  const forwarded = new WeakSet<FastifyReply>()

  passBodiesThrough()
  fastify.decorateReply('forwardToAuth0', forwardToAuth0)
  fastify.addHook('onClose', () => pool.close())
  await fastify.register(replyFrom, {
    base: options.origin,
    undici: { request: dispatchBy(pool) },
    retryMethods: [],
    disableRequestLogging: true,
  })

  /** Parsers would read the body into memory and write another one; these hand the stream on as it is. */
  function passBodiesThrough(): void {
    fastify.removeAllContentTypeParsers()
    // The two that clients send most are named, since only named ones are found by a map look-up.
    const types = ['application/x-www-form-urlencoded', 'application/json', '*']
    for (const type of types) {
      fastify.addContentTypeParser(type, (_request, payload, done) => done(null, payload))
    }
  }

  function forwardToAuth0(this: FastifyReply, forwardOptions: ForwardOptions): FastifyReply {
    try {
      if (forwarded.has(this)) throw new AlreadyForwardedError()
      forwarded.add(this)
      const forwarding = new Forwarding(this, buildRequest(this, forwardOptions, options))
      return this.from('/', {
        rewriteRequestHeaders: () => ({ ...forwarding.carriedInHeaders() }),
        rewriteHeaders: buildResponseHeaders,
        onError: (_reply, { error }) =>
          answerFailure(this, new ForwardingFailedError({ cause: error })),
      })
    } catch (error) {
      closeUnlessRead(this)
      throw error
    }
  }
}

/** The checks that need no target, in the order of what they protect; then the request as it will be sent. */
function buildRequest(
  reply: FastifyReply,
  forwardOptions: ForwardOptions,
  options: ResolvedOptions,
): UpstreamRequest {
  const { request } = reply
  const ours = buildOurHeaders(request, forwardOptions, options)
  checkTarget(request, reply)
  const framing = readBodyFraming(request.headers, options.maxBodyBytes)
  checkBodyIsUnread(request, framing)
  const headers = buildRequestHeaders(request.raw.rawHeaders, ours)
  const hasBody = framing.kind === 'body'
  if (hasBody && framing.length !== null) headers.push('content-length', String(framing.length))
  return {
    method: request.method,
    path: request.raw.url ?? '',
    headers,
    body: hasBody ? meterBody(request.raw, options.maxBodyBytes) : null,
    signal: abortWhenClientGoes(reply),
  }
}

function buildOurHeaders(
  request: FastifyRequest,
  forwardOptions: ForwardOptions,
  options: ResolvedOptions,
): readonly string[] {
  // Absent is not null: a decorator that was never set must not turn a client with a certificate into public traffic.
  const certificate = forwardOptions?.clientCertificate
  if (certificate === undefined) throw new ClientCertificateMissingError()
  const address = normalizeClientAddress(options.clientIp(request))
  const ours = ['x-forwarded-for', address]
  const { clientIpHeader } = options
  if (clientIpHeader !== null && clientIpHeader !== 'x-forwarded-for') {
    ours.push(clientIpHeader, address)
  }
  ours.push('cname-api-key', options.readApiKey())
  if (certificate !== null) ours.push(...certificateHeaders(certificate))
  return ours
}

/** The target goes out byte for byte: so it must be a path, not an absolute URL of another host, nor `*`. */
function checkTarget(request: FastifyRequest, reply: FastifyReply): void {
  const target = request.raw.url ?? ''
  if (!target.startsWith('/') || target.includes('#')) throw new InvalidTargetError()
  // TRACE (RFC 9110 section 9.3.8) would send our headers, the key among them, back to the client.
  if (request.method !== 'TRACE' && request.method !== 'CONNECT') return
  reply.header('allow', forwardedMethods)
  throw new MethodNotForwardedError()
}

function abortWhenClientGoes(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new ClientClosedRequestError())
  })
  return controller.signal
}

/**
 * Forwards requests to Auth0 with headers that only the edge can set: `reply.forwardToAuth0({ clientCertificate })`.
 *
 * Register it in a scope of its own: it replaces the scope's content type parsers by ones that pass bodies through
 * unread. It does not verify certificates, check paths or compare Host; that is done before the handler.
 *
 * @example
 * ```ts
 * await app.register(async (scope) => {
 *   await scope.register(auth0Forwarder, {
 *     forwardingTarget: 'https://tenant-cd-id.edge.tenants.eu.auth0.com',
 *     cnameApiKey: () => keys.current,
 *   })
 *   scope.post('/oauth/token', (_request, reply) => reply.forwardToAuth0({ clientCertificate: null }))
 * })
 * ```
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6
 */
export const auth0Forwarder = fp(auth0ForwarderPlugin, {
  name: '@mtls-edge/auth0-forwarder',
  fastify: '5.x',
})
