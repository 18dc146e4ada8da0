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
  'Client certificates cannot be read from this connection.',
  500,
)

/**
 * What a client may know of each refusal. `cause` holds what the log may know.
 *
 * One class a reason: `FST_CERT_VERIFIER_` and the reason in capitals is its `code`.
 */
const PUBLIC_SENTENCES = {
  no_certificate: 'A client certificate is required.',
  malformed_certificate: 'The client certificate is not a well-formed X.509 certificate.',
  expired: 'A certificate of the path has expired.',
  not_yet_valid: 'A certificate of the path is not valid yet.',
  untrusted_issuer: 'The client certificate was not issued by a trusted authority.',
  bad_signature: 'A signature of the path is wrong.',
  wrong_purpose: 'The client certificate is not for TLS client authentication.',
  wrong_key_usage: 'A key of the path is not for this use.',
  ca_as_leaf: 'A certificate authority is not a client.',
  unknown_critical_extension:
    'A certificate of the path has a critical extension that is not known here.',
  weak_key: 'A key of the path is too weak.',
  weak_signature: 'A signature of the path is made with a weak algorithm.',
  forged_ca_name: 'The client certificate carries the name of a certificate authority.',
  name_constraint_violation: 'A name is outside of what its authority may issue.',
  path_length_exceeded: 'The path is longer than its authority allows.',
  not_a_ca: 'The client certificate was issued by a certificate that is not an authority.',
  policy_violation: 'No certificate policy is valid along the path.',
  revoked: 'A certificate of the path is revoked.',
  revocation_unknown: 'Whether the client certificate is revoked is not known.',
  budget_exceeded: 'The certificates presented take too much work to verify.',
  denied: 'The client certificate is denied.',
  not_allowed: 'The client certificate is not allowed.',
  not_registered: 'The client certificate is not registered.',
  registration_pending: 'The registration of the client certificate is pending.',
  registration_suspended: 'The registration of the client certificate is suspended.',
  registration_revoked: 'The registration of the client certificate is revoked.',
  registry_unavailable: 'Registrations cannot be checked at the moment.',
  self_signed_not_accepted: 'Self-signed client certificates are not accepted.',
  ca_signed_not_accepted: 'Client certificates of an authority are not accepted.',
  handshake_verdict_differs: 'The client certificate was not verified in the TLS handshake.',
  session_unknown:
    'The TLS session cannot be resumed any more: connect anew, with a full handshake.',
  verification_failed: 'The client certificate could not be verified.',
} as const satisfies Readonly<Record<RefusalReason, string>>

/** Every refusal reason, for documentation, metrics and tests. */
export const refusalReasons: readonly RefusalReason[] = Object.freeze(
  Object.keys(PUBLIC_SENTENCES).filter(isRefusalReason),
)

function isRefusalReason(text: string): text is RefusalReason {
  return Object.hasOwn(PUBLIC_SENTENCES, text)
}

/** What is not the certificate's fault, and may be otherwise a moment later. */
const PASSING_REASONS: readonly RefusalReason[] = ['registry_unavailable', 'session_unknown']

/** The error classes of all refusals, by reason: 401, and 503 where the registry is out of reach or a session not known. */
export const refusalErrors: ReadonlyMap<RefusalReason, FastifyErrorConstructor> = new Map(
  refusalReasons.map((reason) => [
    reason,
    createError(
      `FST_CERT_VERIFIER_${reason.toUpperCase()}`,
      PUBLIC_SENTENCES[reason],
      PASSING_REASONS.includes(reason) ? 503 : 401,
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
