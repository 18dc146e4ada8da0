/** From a client's request to the one that is sent in its place. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isAnswerUnwanted } from './answer/client-stream.js'
import { checkBodyIsUnread, readBodyFraming } from './body/body-framing.js'
import { gatherBody, type OutgoingBody } from './body/gather-body.js'
import { confirmation } from './confirmation.js'
import {
  ClientCertificateMissingError,
  ClientClosedRequestError,
  InvalidTargetError,
  MethodNotForwardedError,
} from './errors.js'
import {
  certificateHeaders,
  type VerifiedClientCertificate,
} from './headers/certificate-headers.js'
import { normalizeClientAddress } from './headers/client-address.js'
import { buildRequestHeaders } from './headers/request-headers.js'
import type { ResolvedOptions } from './options.js'
import type { UpstreamRequest } from './upstream/request-head.js'

/** A request that is ready but for its body. */
export interface PreparedRequest {
  readonly request: UpstreamRequest & { readonly headers: string[] }
  /** Waits for the body; null where there is none. */
  readonly gatherBody: (() => Promise<OutgoingBody>) | null
  /** Throws where the request is not to be sent any more. */
  readonly confirm: () => void
}

/** What a handler says of the request that it forwards. */
export interface ForwardOptions {
  /** The verified certificate of the connection, or `null`, written out, for traffic without one. */
  readonly clientCertificate: VerifiedClientCertificate | null
  /** Sent as `x-request-id`; a client's own never is. Default: none. */
  readonly requestId?: string | undefined
  /**
   * Called when there was something to wait for: where a connection was not free at once, before a body goes to the target, and
   * where it streams before each further part and its end. What it throws is the answer; what was sent by then is aborted, never completed.
   * It must not be asynchronous.
   */
  readonly confirm?: (() => void) | undefined
  /** Called when the request is sent: where its body is small, after that has come. */
  readonly onSend?: (() => OutgoingTrace | undefined) | undefined
}

/** Where the request is one of a trace. */
export interface OutgoingTrace {
  /** Sent instead of the client's `traceparent`; its `tracestate` goes along. */
  readonly traceparent: string
}

const forwardedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

/**
 * Builds the request that the target gets: what is ours first, then the checks on the client's, then its headers.
 *
 * @throws FST_AUTH0_FORWARDER_* for each check; nothing has been sent then
 */
export function prepareRequest(
  reply: FastifyReply,
  forwardOptions: ForwardOptions,
  options: ResolvedOptions,
): PreparedRequest {
  const { request } = reply
  // Its 'close' has been and gone, so that nothing would stop the request to the target.
  if (isAnswerUnwanted(reply)) throw new ClientClosedRequestError()
  const ours = buildOurHeaders(request, forwardOptions, options)
  checkTarget(request, reply)
  const framing = readBodyFraming(request, options.maxBodyBytes)
  checkBodyIsUnread(request, framing)
  const headers = buildRequestHeaders(request.raw.rawHeaders, ours)
  const confirm = confirmation(forwardOptions.confirm)
  return {
    request: {
      method: request.method,
      path: request.raw.url ?? '',
      headers,
    },
    gatherBody:
      framing.kind === 'body'
        ? () => gatherBody(request.raw, framing.length, options.maxBodyBytes, confirm)
        : null,
    confirm,
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
  if (forwardOptions.requestId !== undefined) ours.push('x-request-id', forwardOptions.requestId)
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
