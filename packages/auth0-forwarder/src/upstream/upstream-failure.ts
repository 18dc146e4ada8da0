/**
 * What went wrong between edge and target, as one of our errors. The error of Node or OpenSSL becomes the `cause`: it may name
 * addresses or certificates, none of which is the client's business.
 */
import { UnconfirmedError } from '../confirmation.js'
import {
  BodyTooLargeError,
  ClientClosedRequestError,
  ForwardingFailedError,
  UpstreamBusyError,
  UpstreamProtocolError,
  UpstreamTimeoutError,
  UpstreamTlsError,
  UpstreamUnreachableError,
} from '../errors.js'

/** Errors that are ours already and say all there is to say. */
const ours = [
  BodyTooLargeError,
  ClientClosedRequestError,
  ForwardingFailedError,
  UpstreamBusyError,
  UpstreamProtocolError,
  UpstreamTimeoutError,
  UpstreamTlsError,
  UpstreamUnreachableError,
]

/** OpenSSL's names of verification errors as Node gives them, Node's own TLS codes, and a broken handshake. */
const tls =
  /^(?:ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERROR_IN_CERT_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|INVALID_NON_CA$|UNSUPPORTED_|EE_KEY_TOO_SMALL$|CA_KEY_TOO_SMALL$|CA_MD_TOO_WEAK$)/

/**
 * Translates a failure.
 *
 * @param error - as thrown by Node or OpenSSL, or by ourselves
 */
export function translateFailure(error: unknown): Error {
  if (error instanceof UnconfirmedError) return error.refusal
  if (error instanceof Error && ours.some((ourError) => error instanceof ourError)) return error
  const code = codeOf(error)
  if (code === 'ETIMEDOUT') return new UpstreamTimeoutError({ cause: error })
  if (tls.test(code)) return new UpstreamTlsError({ cause: error })
  return new UpstreamUnreachableError({ cause: error })
}

/** The code of an error of Node or OpenSSL; empty where it has none. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}
