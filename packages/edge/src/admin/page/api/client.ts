/** What the API answered instead of what was asked for. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly mend: string | null
  /** Of a registered certificate that stands in the way. */
  readonly state: string | null

  constructor(status: number, body: ErrorBody, retryAfter: string | null) {
    super(body.message ?? `The edge answered ${status}.`)
    this.status = status
    this.code = body.code ?? 'unknown'
    this.mend = body.mend ?? (retryAfter === null ? null : `Try again in ${retryAfter} s.`)
    this.state = body.state ?? null
  }
}

interface ErrorBody {
  readonly code?: string
  readonly message?: string
  readonly mend?: string
  readonly state?: string
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | null>>
  readonly body?: unknown
  /** A body that is no JSON: lines of it. */
  readonly lines?: Blob
  readonly signal?: AbortSignal
}

/** Dispatched on `window` when the session is over. */
export const SIGNED_OUT = 'signed-out'

/** Only a page of the same origin can send it: the API wants it with every change. */
const CSRF_HEADER = { 'x-mtls-edge-csrf': '1' }

/**
 * Asks the API. The shape of the answer is the API's promise, which its own tests hold.
 *
 * @throws {ApiError} what the API refused, with its words
 */
export async function request<Answer>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const { query = {}, body, lines, signal } = options
  const response = await fetch(`${path}${queryOf(query)}`, {
    method,
    headers: { ...CSRF_HEADER, ...contentType(options) },
    body: lines ?? (body === undefined ? null : JSON.stringify(body)),
    credentials: 'same-origin',
    redirect: 'error',
    ...(signal === undefined ? {} : { signal }),
  })
  if (response.ok) return (response.status === 204 ? null : await response.json()) as Answer
  const refusal = (await response.json().catch(() => ({}))) as ErrorBody
  if (response.status === 401 && path !== '/api/session')
    window.dispatchEvent(new Event(SIGNED_OUT))
  throw new ApiError(response.status, refusal, response.headers.get('retry-after'))
}

/** `?a=b` of what is there. */
export function queryOf(query: NonNullable<RequestOptions['query']>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== '') parameters.set(name, String(value))
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}

function contentType({ body, lines }: RequestOptions): Record<string, string> {
  if (lines !== undefined) return { 'content-type': 'application/x-ndjson' }
  return body === undefined ? {} : { 'content-type': 'application/json' }
}
