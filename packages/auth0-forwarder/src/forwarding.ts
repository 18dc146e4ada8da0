/**
 * One request on its way: what is sent, and how its failure becomes the answer.
 *
 * `@fastify/reply-from` hands the response on; what it would make of the request (its URL, headers, body) is not used.
 * Our own request travels beside it, under a symbol among the headers, so that a `reply.from()` without one is refused.
 */
import type { FastifyReply } from 'fastify'
import type { Dispatcher } from 'undici'
import { cutAnswer, hasClientGone } from './client-stream.js'
import { UnguardedForwardingError, UpstreamProtocolError } from './errors.js'
import { buildResponseHeaders } from './response-headers.js'
import { translateFailure } from './upstream-failure.js'
import type { UpstreamPool, UpstreamRequest } from './upstream-pool.js'

const forwardingKey = Symbol('forwarding')

type Callback = (error: Error | null, response: Dispatcher.ResponseData) => void
type ResponseBody = Dispatcher.ResponseData['body']

/** A request for the target together with the reply that waits for it. */
export class Forwarding {
  readonly reply: FastifyReply
  readonly request: UpstreamRequest

  constructor(reply: FastifyReply, request: UpstreamRequest) {
    this.reply = reply
    this.request = request
  }

  /** Headers for reply-from that hold nothing but this forwarding. */
  carriedInHeaders(): { readonly [forwardingKey]: Forwarding } {
    return { [forwardingKey]: this }
  }
}

/**
 * The `request` function that reply-from sends by. It takes only what a {@link Forwarding} carries.
 *
 * It calls back with good responses alone: failures are answered here, and reply-from, which would log the library's
 * error whole, never sees them.
 */
export function dispatchBy(pool: UpstreamPool): Dispatcher['request'] {
  function request(options: Dispatcher.RequestOptions): Promise<never>
  function request(options: Dispatcher.RequestOptions, callback: Callback): void
  function request(options: Dispatcher.RequestOptions, callback?: Callback): unknown {
    const forwarding = forwardingIn(options.headers)
    if (forwarding === null || callback === undefined) throw new UnguardedForwardingError()
    return send(pool, forwarding, callback)
  }
  return request
}

/**
 * Answers with one of our errors, or cuts the connection where the response has begun: it is never completed as if
 * whole. The connection is closed as well where a body is still on its way.
 */
export function answerFailure(reply: FastifyReply, error: unknown): void {
  if (reply.raw.headersSent) {
    cutAnswer(reply.raw)
    return
  }
  if (reply.sent) return
  closeUnlessRead(reply)
  reply.send(translateFailure(error))
}

/** Node would otherwise read a refused body to its end to find the next request behind it. */
export function closeUnlessRead(reply: FastifyReply): void {
  const { raw, headers } = reply.request
  const hasBody =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0
  if (hasBody && raw.complete !== true && raw.httpVersionMajor === 1) {
    reply.header('connection', 'close')
  }
}

function forwardingIn(headers: unknown): Forwarding | null {
  if (typeof headers !== 'object' || headers === null || !(forwardingKey in headers)) return null
  const forwarding = headers[forwardingKey]
  return forwarding instanceof Forwarding ? forwarding : null
}

function send(pool: UpstreamPool, { reply, request }: Forwarding, callback: Callback): void {
  pool.send(request, (error, response) => {
    if (error !== null) return answerFailure(reply, error)
    const { body } = response
    translateErrorsOf(body, reply, Object.keys(buildResponseHeaders(response.headers)))
    // Somebody else has answered meanwhile, or the client has gone: nobody reads this body.
    if (reply.sent || hasClientGone(reply.raw)) return drop(body)
    if (!isForwardable(response)) {
      drop(body)
      return answerFailure(reply, new UpstreamProtocolError())
    }
    try {
      callback(null, response)
    } catch (unexpected) {
      drop(body)
      answerFailure(reply, unexpected)
    }
  })
}

/** No client knows a status beyond 5xx; and a body in a coding of the connection is not the body (nobody asked for one). */
function isForwardable({ statusCode, headers }: Dispatcher.ResponseData): boolean {
  if (statusCode < 200 || statusCode > 599) return false
  const coding = headers['transfer-encoding']
  return coding === undefined || String(coding).toLowerCase() === 'chunked'
}

/**
 * Fastify ends a reply whose stream fails: with the stream's error where nothing has been sent yet. So that error is
 * made ours, and the headers of the response that will not come are taken back.
 */
function translateErrorsOf(
  body: ResponseBody,
  reply: FastifyReply,
  names: readonly string[],
): void {
  const destroy = body._destroy
  body._destroy = (error, callback) => {
    destroy.call(body, error, (failure) => {
      if (!failure) return callback(failure)
      if (!reply.raw.headersSent) takeBack(reply, names)
      callback(translateFailure(failure))
    })
  }
}

/** Node takes the removal of Date as a wish for an answer without one; the target's may stay. */
function takeBack(reply: FastifyReply, names: readonly string[]): void {
  for (const name of names) {
    if (name !== 'date' && reply.hasHeader(name)) reply.removeHeader(name)
  }
}

function drop(body: ResponseBody): void {
  body.on('error', () => {}).destroy()
}
