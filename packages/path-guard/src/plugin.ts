import type {
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
} from 'fastify'
import fp from 'fastify-plugin'
import { decide, type Verdict } from './decide.js'
import { createRefusalError, GuardFailedError, TargetRewrittenError } from './errors.js'
import { isHttp2Request, readIncomingRequest } from './incoming-request.js'
import { type PathGuardOptions, readOptions } from './options.js'
import { type Refusal, refuse } from './refusal.js'
import { guardServerEvents } from './server-events.js'
import { checkServiceSettings } from './service-settings.js'

const afterMalformed = refuse(
  'malformed_request',
  'a request before it on the connection was malformed',
)

const pathGuardPlugin: FastifyPluginAsync<PathGuardOptions> = async (fastify, options) => {
  checkServiceSettings(fastify)
  const policy = readOptions(options)

  // What follows a malformed request on its connection may be part of it: a smuggled request is
  // already parsed when the first one's answer, with Connection: close, is on its way.
  const spoiltConnections = new WeakSet<object>()

  function decideRequest(request: FastifyRequest): Verdict {
    if (spoiltConnections.has(request.raw.socket)) return afterMalformed
    return decide(readIncomingRequest(request.raw), policy)
  }

  function answerRefusal(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): Error {
    const error = createRefusalError(refusal)
    if (refusal.allow !== null) reply.header('allow', refusal.allow)
    if (error.statusCode === 400 && !isHttp2Request(request.raw)) {
      spoiltConnections.add(request.raw.socket)
      reply.header('connection', 'close')
    }
    return error
  }

  function guardRequest(
    request: FastifyRequest,
    reply: FastifyReply,
    done: HookHandlerDoneFunction,
  ): void {
    let error: Error | undefined
    try {
      if (request.originalUrl !== request.raw.url) throw new TargetRewrittenError()
      const verdict = decideRequest(request)
      if (verdict.refused) error = answerRefusal(verdict, request, reply)
      else request.allowedEndpoint = verdict.endpoint
    } catch (cause) {
      error = cause instanceof TargetRewrittenError ? cause : new GuardFailedError({ cause })
    }
    done(error)
  }

  fastify.decorateRequest('allowedEndpoint', null)
  fastify.addHook('onRequest', guardRequest)

  const release = guardServerEvents(fastify)
  fastify.addHook('onClose', async () => release())
}

/**
 * Lets only the allowed endpoints through, spelt exactly, on the host of the connection, in
 * requests that every reader frames alike. Register it first and at the root: hooks before it see
 * requests that are not decided yet.
 *
 * It does not look at bodies, queries' meaning, certificates, or rates; and what Node's parser or
 * Fastify's router refuse before any hook runs (a bad escape in a path) they answer themselves.
 *
 * @throws FST_PATH_GUARD_INVALID_OPTION, FST_PATH_GUARD_UNSAFE_SETTING at registration
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-11 on smuggling and splitting
 * @example
 * const app = Fastify()
 * await app.register(pathGuard, { hosts: ['mtls.auth.example.com'] })
 * app.post('/oauth/token', (request) => request.allowedEndpoint)
 */
export const pathGuard: FastifyPluginAsync<PathGuardOptions> = fp(pathGuardPlugin, {
  name: '@mtls-edge/path-guard',
  fastify: '5.x',
})
