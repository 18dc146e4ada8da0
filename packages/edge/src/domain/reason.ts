const PACKAGE_PREFIXES = [
  'FST_CERT_VERIFIER_',
  'FST_PATH_GUARD_',
  'FST_AUTH0_FORWARDER_',
  'FST_EDGE_',
]

/** A failure as the client, the log and the metrics may know it. */
export interface Failure {
  readonly status: number
  /** One of the documented reason codes. */
  readonly reason: string
  /** For the client. */
  readonly sentence: string
}

/** What nobody expected is refused without a detail; the log has the cause. */
const UNEXPECTED: Failure = {
  status: 500,
  reason: 'internal_error',
  sentence: 'The request could not be served.',
}

const UNREADABLE: Failure = {
  status: 400,
  reason: 'malformed_request',
  sentence: 'The request is malformed.',
}

/**
 * Tells a failure by its error: those of our own packages speak for themselves, of Fastify's only the
 * status counts, and everything else is unexpected.
 */
export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string')
    return UNEXPECTED
  const { code } = error
  const status =
    'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  const prefix = PACKAGE_PREFIXES.find((candidate) => code.startsWith(candidate))
  if (prefix !== undefined && status !== 500)
    return { status, reason: code.slice(prefix.length).toLowerCase(), sentence: error.message }
  if (code.startsWith('FST_ERR_') && status >= 400 && status < 500) return { ...UNREADABLE, status }
  return UNEXPECTED
}
