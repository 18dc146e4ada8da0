/**
 * What went wrong between edge and target, as one of our errors. The library's own error becomes the `cause`: it may
 * name addresses, certificates or parts of a response, none of which is the client's business.
 */
import { UnconfirmedError } from './confirmation.js'
import {
  BodyTooLargeError,
  ClientClosedRequestError,
  ForwardingFailedError,
  UpstreamBusyError,
  UpstreamProtocolError,
  UpstreamTimeoutError,
  UpstreamTlsError,
  UpstreamUnreachableError,
} from './errors.js'

/** Errors that are ours already and say all there is to say. */
const ours = [
  BodyTooLargeError,
  ClientClosedRequestError,
  ForwardingFailedError,
  UpstreamBusyError,
  UpstreamProtocolError,
  UpstreamTimeoutError,
]

const timeouts = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
])

/** undici's parser error has a name, but no code that could be relied on. */
const parserError = 'HTTPParserError'
const protocol =
  /^(?:HPE_|UND_ERR_HEADERS_OVERFLOW$|UND_ERR_RES_|UND_ERR_REQ_CONTENT_LENGTH_MISMATCH$)/

/** OpenSSL's names of verification errors as Node gives them, Node's own TLS codes, and a broken handshake. */
const tls =
  /^(?:ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_CERT_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|INVALID_NON_CA$|UNSUPPORTED_|EE_KEY_TOO_SMALL$|CA_KEY_TOO_SMALL$|CA_MD_TOO_WEAK$)/

/** Our own misuse of the library: what we handed it cannot be sent. */
const misuse = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED'])

/**
 * Translates a failure.
 *
 * @param error - as thrown by undici, Node or OpenSSL, or by ourselves
 */
export function translateFailure(error: unknown): Error {
  if (error instanceof UnconfirmedError) return error.refusal
  if (error instanceof Error && ours.some((ourError) => error instanceof ourError)) return error
  const cause = withoutResponseBytes(error)
  const code = codeOf(error)
  if (timeouts.has(code)) return new UpstreamTimeoutError({ cause })
  if (protocol.test(code) || nameOf(error) === parserError) {
    return new UpstreamProtocolError({ cause })
  }
  if (tls.test(code)) return new UpstreamTlsError({ cause })
  if (misuse.has(code)) return new ForwardingFailedError({ cause })
  return new UpstreamUnreachableError({ cause })
}

/** The code of an error of undici, Node or OpenSSL; empty where it has none. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

/** undici's parser error carries the bytes it stumbled over, which can hold a token: a logger would write them out. */
function withoutResponseBytes(error: unknown): unknown {
  if (typeof error === 'object' && error !== null && 'data' in error) error.data = undefined
  return error
}
