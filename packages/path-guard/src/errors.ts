import { createError } from '@fastify/error'
import type { Refusal, RefusalReason } from './refusal.js'

/**
 * An option that the plugin can't work with; the message names the option's path, what is wrong and
 * the mend.
 */
export const InvalidOptionError = createError('FST_PATH_GUARD_INVALID_OPTION', '%s', 500)

/**
 * A setting of the Fastify constructor under which the router would accept what the guard calls
 * inexact.
 */
export const UnsafeSettingError = createError('FST_PATH_GUARD_UNSAFE_SETTING', '%s', 500)

/**
 * The service changed the target (`rewriteUrl`) before the guard saw it, so no path can be decided.
 */
export const TargetRewrittenError = createError(
  'FST_PATH_GUARD_TARGET_REWRITTEN',
  'The service rewrites request targets, so that no path can be decided.',
  500,
)

/** The guard itself failed; the request is refused, and `cause` says why. */
export const GuardFailedError = createError(
  'FST_PATH_GUARD_GUARD_FAILED',
  'The request could not be decided.',
  500,
)

/** The path is not in the table, spelt exactly so. */
export const PathNotAllowedError = createError(
  'FST_PATH_GUARD_PATH_NOT_ALLOWED',
  'This path is not served here.',
  404,
)

/** The path is in the table, the method is not; `Allow` says which are. */
export const MethodNotAllowedError = createError(
  'FST_PATH_GUARD_METHOD_NOT_ALLOWED',
  'This method is not allowed on this path.',
  405,
)

/** The host is not one of ours, or not the one that the TLS connection was made to. */
export const MisdirectedRequestError = createError(
  'FST_PATH_GUARD_MISDIRECTED_REQUEST',
  'This connection does not serve the host that the request names.',
  421,
)

/** The target is no path at all, or holds bytes that no target may hold. */
export const MalformedRequestError = createError(
  'FST_PATH_GUARD_MALFORMED_REQUEST',
  'The request is malformed.',
  400,
)

/** Two readers could disagree on where the body ends. */
export const AmbiguousFramingError = createError(
  'FST_PATH_GUARD_AMBIGUOUS_FRAMING',
  'The length of the body is ambiguous.',
  400,
)

/** Not exactly one well-formed Host. */
export const BadHostError = createError(
  'FST_PATH_GUARD_BAD_HOST',
  'The request needs exactly one well-formed Host.',
  400,
)

/** The target names a scheme and an authority, as requests to a proxy do. */
export const AbsoluteFormError = createError(
  'FST_PATH_GUARD_ABSOLUTE_FORM',
  'The request target must be a path, not a whole address.',
  400,
)

/** The request asks for another protocol on this connection. */
export const UpgradeRefusedError = createError(
  'FST_PATH_GUARD_UPGRADE_REFUSED',
  'Other protocols are not spoken here.',
  400,
)

/** CONNECT, TRACE or TRACK. */
export const UnsafeMethodError = createError(
  'FST_PATH_GUARD_UNSAFE_METHOD',
  'This method is not served here.',
  400,
)

/** A header that asks for another method than the one of the request line. */
export const MethodOverrideError = createError(
  'FST_PATH_GUARD_METHOD_OVERRIDE',
  'The method is the one of the request line.',
  400,
)

/** Neither HTTP/1.0 nor 1.1, nor a real HTTP/2 session. */
export const UnsupportedVersionError = createError(
  'FST_PATH_GUARD_UNSUPPORTED_VERSION',
  'Only HTTP/1.0 and HTTP/1.1 are spoken here.',
  400,
)

/** An expectation other than 100-continue. */
export const ExpectationRefusedError = createError(
  'FST_PATH_GUARD_EXPECTATION_REFUSED',
  'The only expectation that can be met is 100-continue.',
  400,
)

const refusalErrors = {
  absolute_form: AbsoluteFormError,
  ambiguous_framing: AmbiguousFramingError,
  bad_host: BadHostError,
  expectation_refused: ExpectationRefusedError,
  malformed_request: MalformedRequestError,
  method_not_allowed: MethodNotAllowedError,
  method_override: MethodOverrideError,
  misdirected_request: MisdirectedRequestError,
  path_not_allowed: PathNotAllowedError,
  unsafe_method: UnsafeMethodError,
  unsupported_version: UnsupportedVersionError,
  upgrade_refused: UpgradeRefusedError,
} satisfies Record<RefusalReason, unknown>

/**
 * An error of this package that answers a request: `code` and `statusCode` are what the client may
 * know.
 */
export type RefusalError = InstanceType<(typeof refusalErrors)[RefusalReason]>

/**
 * Makes the error that answers a refused request; the refusal's detail becomes its `cause`, for the
 * log.
 */
export function createRefusalError(refusal: Refusal): RefusalError {
  return new refusalErrors[refusal.reason]({ cause: new Error(refusal.detail) })
}
