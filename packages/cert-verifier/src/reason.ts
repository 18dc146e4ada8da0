import type { PathReason } from '@mtls-edge/path-validation'

/**
 * The reasons of this package's own, beside those of path validation.
 *
 * The list is closed and documented (README, "Reason codes"): the same code stands in the answer,
 * the log, the metrics and in what `mtls-edge explain` prints.
 */
export type OwnReason =
  | 'no_certificate'
  | 'denied'
  | 'not_allowed'
  | 'not_registered'
  | 'registration_pending'
  | 'registration_suspended'
  | 'registration_revoked'
  | 'registry_unavailable'
  | 'self_signed_not_accepted'
  | 'ca_signed_not_accepted'
  | 'handshake_verdict_differs'
  | 'session_unknown'
  | 'verification_failed'

/** Why a client certificate was refused. */
export type RefusalReason = PathReason | OwnReason
