/**
 * An answer that the edge itself gives: JSON as in RFC 6749 section 5.2.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What every answer of ours carries: nothing in between may keep it. */
const COMMON_HEADERS = {
  'content-type': 'application/json;charset=UTF-8',
  'cache-control': 'no-store',
}

/** RFC 6749 section 5.2: what may stand in `error_description`. */
const FORBIDDEN_IN_DESCRIPTION = /[^\x20-\x21\x23-\x5b\x5d-\x7e]/g

const USERINFO = '/userinfo'

/**
 * Builds the answer to a request that the edge refuses or can't serve.
 *
 * @param reason code of the closed list, as in the log and the metrics
 * @param sentence what the client may know
 * @param path the target's path, which decides how a 401 is said
 */
export function createAnswer(
  status: number,
  reason: string,
  sentence: string,
  path: string,
): Answer {
  const error = errorOf(status, path)
  const description = `${reason}: ${sentence}`.replace(FORBIDDEN_IN_DESCRIPTION, '')
  return {
    status,
    headers: { ...COMMON_HEADERS, ...challengeOf(status, path) },
    body: JSON.stringify({ error, error_description: description }),
  }
}

function errorOf(status: number, path: string): string {
  if (status === 401) return path === USERINFO ? 'invalid_token' : 'invalid_client'
  if (status === 429 || (status >= 502 && status <= 504)) return 'temporarily_unavailable'
  return status >= 500 ? 'server_error' : 'invalid_request'
}

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-3 */
function challengeOf(status: number, path: string): Readonly<Record<string, string>> {
  return status === 401 && path === USERINFO
    ? { 'www-authenticate': 'Bearer error="invalid_token"' }
    : {}
}

/** The target's path: what stands before the first question mark. */
export function pathOf(target: string): string {
  const query = target.indexOf('?')
  return query === -1 ? target : target.slice(0, query)
}
