/** The plugin: options become a closure, `reply.forwardToAuth0` its face. */
import type { FastifyPluginAsync, FastifyReply } from 'fastify'
import fp from 'fastify-plugin'
import { AnswerRelay } from './answer/answer-relay.js'
import { discardOnceClosed, isAnswerUnwanted, onceClosed } from './answer/client-stream.js'
import { answerFailure, closeUnlessRead } from './answer/failure-answer.js'
import type { OutgoingBody } from './body/gather-body.js'
import { StreamingBody } from './body/streaming-body.js'
import {
  AlreadyForwardedError,
  ClientClosedRequestError,
  UnguardedForwardingError,
} from './errors.js'
import { setTraceparent } from './headers/traceparent.js'
import { type Auth0ForwarderOptions, resolveOptions } from './options.js'
import { type ForwardOptions, type PreparedRequest, prepareRequest } from './outgoing-request.js'
import { openUpstreamPool } from './upstream/upstream-pool.js'

const auth0ForwarderPlugin: FastifyPluginAsync<Auth0ForwarderOptions> = async (fastify, given) => {
  const options = resolveOptions(given)
  const pool = openUpstreamPool(options)
  /** A property of replies; of this registration alone. */
  const isForwarded = Symbol('auth0Forwarder.isForwarded')

  passBodiesThrough()
  fastify.decorateReply(isForwarded, false)
  fastify.decorateReply('forwardToAuth0', forwardToAuth0)
  // Taken, so that @fastify/reply-from, which goes around the header rule, can't be registered beside it.
  fastify.decorateReply('from', () => {
    throw new UnguardedForwardingError()
  })
  fastify.addHook('onClose', () => pool.close())

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
      if (Reflect.get(this, isForwarded) === true) throw new AlreadyForwardedError()
      Reflect.set(this, isForwarded, true)
      const prepared = prepareRequest(this, forwardOptions, options)
      if (prepared.gatherBody === null) send(this, prepared, null, forwardOptions)
      else {
        prepared
          .gatherBody()
          .then((body) => send(this, prepared, body, forwardOptions))
          .catch((error: unknown) => {
            answerFailure(this, error)
            discardOnceClosed(this)
          })
      }
      return this
    } catch (error) {
      closeUnlessRead(this)
      throw error
    }
  }

  function send(
    reply: FastifyReply,
    { request, confirm }: PreparedRequest,
    body: OutgoingBody | null,
    { onSend }: ForwardOptions,
  ): void {
    // Its 'close' has been and gone, so that nothing would stop the request to the target.
    if (isAnswerUnwanted(reply)) throw new ClientClosedRequestError()
    const trace = onSend?.()
    if (trace !== undefined) setTraceparent(request.headers, trace.traceparent)
    const exchange = pool.send(request, body, new AnswerRelay(reply), confirm)
    onceClosed(reply, () => {
      // Also where the answer is whole, but another one: a hook's or the handler's, which leave the target's unread.
      if (!exchange.isOver) exchange.abort(new ClientClosedRequestError())
    })
    if (body?.content instanceof StreamingBody) discardOnceClosed(reply)
  }
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
