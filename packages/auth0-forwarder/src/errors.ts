/**
 * Every error of the package. `message` is the sentence that a client may read (only characters that RFC 6749
 * section 5.2 allows in `error_description`); what an upstream library said is in `cause` and belongs to the log.
 */
import createError from '@fastify/error'

/** An option is missing, unknown or malformed. Thrown at registration; the message names the option and the mend. */
export const InvalidOptionError = createError<
  'FST_AUTH0_FORWARDER_INVALID_OPTION',
  500,
  [path: string, mend: string]
>('FST_AUTH0_FORWARDER_INVALID_OPTION', 'auth0Forwarder: option %s %s', 500)

/** The `cnameApiKey` function returned what cannot be sent as a header. The value is in no message and no cause. */
export const InvalidApiKeyError = createError<'FST_AUTH0_FORWARDER_INVALID_API_KEY', 500>(
  'FST_AUTH0_FORWARDER_INVALID_API_KEY',
  'The edge has no usable key for the forwarding target.',
  500,
)

/** `forwardToAuth0` was called without `clientCertificate`. Public traffic is forwarded by writing `null`. */
export const ClientCertificateMissingError = createError<
  'FST_AUTH0_FORWARDER_CLIENT_CERTIFICATE_MISSING',
  500
>(
  'FST_AUTH0_FORWARDER_CLIENT_CERTIFICATE_MISSING',
  'The request was about to be forwarded without a word on its client certificate.',
  500,
)

/** The certificate is neither `ca-verified` nor `self-signed`, or its bytes are absent: no header can be true. */
export const InvalidClientCertificateError = createError<
  'FST_AUTH0_FORWARDER_INVALID_CLIENT_CERTIFICATE',
  500
>(
  'FST_AUTH0_FORWARDER_INVALID_CLIENT_CERTIFICATE',
  'The request was about to be forwarded with a client certificate that was not verified.',
  500,
)

/** The PEM form of the certificate, URL-component encoded, is longer than the 4096 bytes that Auth0 takes. */
export const CertificateTooLargeError = createError<
  'FST_AUTH0_FORWARDER_CERTIFICATE_TOO_LARGE',
  401
>(
  'FST_AUTH0_FORWARDER_CERTIFICATE_TOO_LARGE',
  'The client certificate is too large to be forwarded.',
  401,
)

/** There is no one IP address of the client to tell Auth0: the socket is gone, or `clientIp` gave none. */
export const ClientAddressUnknownError = createError<
  'FST_AUTH0_FORWARDER_CLIENT_ADDRESS_UNKNOWN',
  500
>(
  'FST_AUTH0_FORWARDER_CLIENT_ADDRESS_UNKNOWN',
  'The address of the client could not be determined.',
  500,
)

/** A parser, a hook or the handler has read the body: it cannot be passed on byte for byte any more. */
export const BodyAlreadyReadError = createError<'FST_AUTH0_FORWARDER_BODY_ALREADY_READ', 500>(
  'FST_AUTH0_FORWARDER_BODY_ALREADY_READ',
  'The body was read before the request was forwarded.',
  500,
)

/** `forwardToAuth0` was called a second time for one request. Nothing is ever sent twice. */
export const AlreadyForwardedError = createError<'FST_AUTH0_FORWARDER_ALREADY_FORWARDED', 500>(
  'FST_AUTH0_FORWARDER_ALREADY_FORWARDED',
  'The request was forwarded already.',
  500,
)

/** `reply.from()`, as of `@fastify/reply-from`, was called instead of `forwardToAuth0`: it knows nothing of the header rule. */
export const UnguardedForwardingError = createError<
  'FST_AUTH0_FORWARDER_UNGUARDED_FORWARDING',
  500
>(
  'FST_AUTH0_FORWARDER_UNGUARDED_FORWARDING',
  'The request was about to be forwarded around the header rule.',
  500,
)

/** What nobody expected, with its `cause`. */
export const ForwardingFailedError = createError<'FST_AUTH0_FORWARDER_FORWARDING_FAILED', 500>(
  'FST_AUTH0_FORWARDER_FORWARDING_FAILED',
  'The request could not be forwarded.',
  500,
)

/** The request target is not in origin form, or carries a fragment. */
export const InvalidTargetError = createError<'FST_AUTH0_FORWARDER_INVALID_TARGET', 400>(
  'FST_AUTH0_FORWARDER_INVALID_TARGET',
  'The request target must be a path.',
  400,
)

/** `Connection` names a field that is meant for every recipient, which RFC 9110 section 7.6.1 forbids. */
export const InvalidConnectionHeaderError = createError<
  'FST_AUTH0_FORWARDER_INVALID_CONNECTION_HEADER',
  400
>(
  'FST_AUTH0_FORWARDER_INVALID_CONNECTION_HEADER',
  'The Connection header names a field that is not for one connection alone.',
  400,
)

/** `Transfer-Encoding` is not `chunked` alone, or stands beside `Content-Length`. */
export const AmbiguousFramingError = createError<'FST_AUTH0_FORWARDER_AMBIGUOUS_FRAMING', 400>(
  'FST_AUTH0_FORWARDER_AMBIGUOUS_FRAMING',
  'The length of the body is ambiguous.',
  400,
)

/** A GET, a HEAD or a method without a registered body has one (RFC 9110 section 9.3.1). */
export const UnexpectedBodyError = createError<'FST_AUTH0_FORWARDER_UNEXPECTED_BODY', 400>(
  'FST_AUTH0_FORWARDER_UNEXPECTED_BODY',
  'A request of this method must not have a body.',
  400,
)

/** TRACE and CONNECT: the first would show the client the headers that the edge sets. */
export const MethodNotForwardedError = createError<'FST_AUTH0_FORWARDER_METHOD_NOT_FORWARDED', 405>(
  'FST_AUTH0_FORWARDER_METHOD_NOT_FORWARDED',
  'Requests of this method are not forwarded.',
  405,
)

/** The body is longer than `maxBodyBytes`, by its Content-Length or as counted while it streamed. */
export const BodyTooLargeError = createError<'FST_AUTH0_FORWARDER_BODY_TOO_LARGE', 413>(
  'FST_AUTH0_FORWARDER_BODY_TOO_LARGE',
  'The body is too large.',
  413,
)

/** The client went away before it was answered; nobody reads this answer, the log does (nginx's 499). */
export const ClientClosedRequestError = createError<
  'FST_AUTH0_FORWARDER_CLIENT_CLOSED_REQUEST',
  499
>(
  'FST_AUTH0_FORWARDER_CLIENT_CLOSED_REQUEST',
  'The client closed the connection before the answer.',
  499,
)

/** No connection to the target, or it was lost before the answer. The request may have been handled: it is not resent. */
export const UpstreamUnreachableError = createError<
  'FST_AUTH0_FORWARDER_UPSTREAM_UNREACHABLE',
  502
>('FST_AUTH0_FORWARDER_UPSTREAM_UNREACHABLE', 'The authorization server could not be reached.', 502)

/** The TLS handshake with the target failed, or its certificate was not accepted. Nothing was sent. */
export const UpstreamTlsError = createError<'FST_AUTH0_FORWARDER_UPSTREAM_TLS', 502>(
  'FST_AUTH0_FORWARDER_UPSTREAM_TLS',
  'No secure connection to the authorization server could be made.',
  502,
)

/** The target answered with what is not an HTTP response: malformed, too large in its headers, cut short. */
export const UpstreamProtocolError = createError<'FST_AUTH0_FORWARDER_UPSTREAM_PROTOCOL', 502>(
  'FST_AUTH0_FORWARDER_UPSTREAM_PROTOCOL',
  'The authorization server gave no valid answer.',
  502,
)

/** All connections to the target are taken and as many requests as may wait are waiting. Nothing was sent. */
export const UpstreamBusyError = createError<'FST_AUTH0_FORWARDER_UPSTREAM_BUSY', 503>(
  'FST_AUTH0_FORWARDER_UPSTREAM_BUSY',
  'Too many requests are waiting for the authorization server.',
  503,
)

/** Waiting for a connection, connecting, the headers or the next part of the body took longer than `timeouts` allow. */
export const UpstreamTimeoutError = createError<'FST_AUTH0_FORWARDER_UPSTREAM_TIMEOUT', 504>(
  'FST_AUTH0_FORWARDER_UPSTREAM_TIMEOUT',
  'The authorization server did not answer in time.',
  504,
)
