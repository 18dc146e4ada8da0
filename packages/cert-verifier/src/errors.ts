import { createError, type FastifyErrorConstructor } from '@fastify/error'
import type { RefusalReason } from './reason.js'

/** A bad option: the message names the option's path and what is accepted. Thrown at registration. */
export const InvalidOptionError = createError<
  'FST_CERT_VERIFIER_INVALID_OPTION',
  500,
  [string, string]
>('FST_CERT_VERIFIER_INVALID_OPTION', 'cert-verifier: option %s: %s', 500)

/** The request's HTTP connection hides its TLS socket (HTTP/2 without support): closed, not open. */
export const UnsupportedConnectionError = createError(
  'FST_CERT_VERIFIER_UNSUPPORTED_CONNECTION',
  'the connection is not one that client certificates can be read from',
  500,
)

/**
 * What a client may know of each refusal. `cause` holds what the log may know.
 *
 * One class a reason: `FST_CERT_VERIFIER_` and the reason in capitals is its `code`.
 */
const PUBLIC_SENTENCES = {
  no_certificate: 'a client certificate is required',
  malformed_certificate: 'the client certificate is not a well-formed X.509 certificate',
  expired: 'a certificate of the path has expired',
  not_yet_valid: 'a certificate of the path is not valid yet',
  untrusted_issuer: 'the client certificate was not issued by a trusted authority',
  bad_signature: 'a signature of the path is wrong',
  wrong_purpose: 'the client certificate is not for TLS client authentication',
  wrong_key_usage: 'a key of the path is not for this use',
  ca_as_leaf: 'a certificate authority is not a client',
  unknown_critical_extension:
    'a certificate of the path has a critical extension that is not known here',
  weak_key: 'a key of the path is too weak',
  weak_signature: 'a signature of the path is made with a weak algorithm',
  forged_ca_name: 'the client certificate carries the name of a certificate authority',
  name_constraint_violation: 'a name is outside of what its authority may issue',
  path_length_exceeded: 'the path is longer than its authority allows',
  not_a_ca: 'the client certificate was issued by a certificate that is not an authority',
  policy_violation: 'no certificate policy is valid along the path',
  revoked: 'a certificate of the path is revoked',
  revocation_unknown: 'whether the client certificate is revoked is not known',
  budget_exceeded: 'the certificates presented take too much work to verify',
  denied: 'the client certificate is denied',
  not_allowed: 'the client certificate is not allowed',
  not_registered: 'the client certificate is not registered',
  registration_pending: 'the registration of the client certificate is pending',
  registration_suspended: 'the registration of the client certificate is suspended',
  registration_revoked: 'the registration of the client certificate is revoked',
  registry_unavailable: 'registrations cannot be checked at the moment',
  self_signed_not_accepted: 'self-signed client certificates are not accepted',
  ca_signed_not_accepted: 'client certificates of an authority are not accepted',
  handshake_verdict_differs: 'the client certificate was not verified in the TLS handshake',
  verification_failed: 'the client certificate could not be verified',
} as const satisfies Readonly<Record<RefusalReason, string>>

/** Every refusal reason, for documentation, metrics and tests. */
export const refusalReasons: readonly RefusalReason[] = Object.freeze(
  Object.keys(PUBLIC_SENTENCES).filter(isRefusalReason),
)

function isRefusalReason(text: string): text is RefusalReason {
  return Object.hasOwn(PUBLIC_SENTENCES, text)
}

/** The error classes of all refusals, by reason: 401, and 503 where the registry is out of reach. */
export const refusalErrors: ReadonlyMap<RefusalReason, FastifyErrorConstructor> = new Map(
  refusalReasons.map((reason) => [
    reason,
    createError(
      `FST_CERT_VERIFIER_${reason.toUpperCase()}`,
      PUBLIC_SENTENCES[reason],
      reason === 'registry_unavailable' ? 503 : 401,
    ),
  ]),
)

/** The error for a refusal; `detail` goes into `cause`, for the log alone. */
export function createRefusalError(reason: RefusalReason, detail: string): Error {
  const Refusal = refusalErrors.get(reason) ?? UnsupportedConnectionError
  const error = new Refusal()
  error.cause = new Error(detail)
  return error
}
