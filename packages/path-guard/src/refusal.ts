/**
 * Why a request was refused. Each is the tail of an error code: `bad_host` is
 * `FST_PATH_GUARD_BAD_HOST`.
 */
export type RefusalReason =
  | 'absolute_form'
  | 'ambiguous_framing'
  | 'bad_host'
  | 'expectation_refused'
  | 'malformed_request'
  | 'method_not_allowed'
  | 'method_override'
  | 'misdirected_request'
  | 'path_not_allowed'
  | 'unsafe_method'
  | 'unsupported_version'
  | 'upgrade_refused'

/**
 * What a rule says when it refuses. Rules make these once, when the module is read, so that
 * deciding allocates nothing.
 */
export interface Refusal {
  readonly refused: true
  readonly reason: RefusalReason
  /** For the log alone: which rule it was. A fixed sentence, never the client's bytes. */
  readonly detail: string
  /** The value of the `Allow` header, where the answer needs one. */
  readonly allow: string | null
}

/** Makes a refusal; see {@link Refusal} for the parts. */
export function refuse(
  reason: RefusalReason,
  detail: string,
  allow: string | null = null,
): Refusal {
  return Object.freeze({ refused: true, reason, detail, allow })
}
