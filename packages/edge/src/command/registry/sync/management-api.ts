import { setTimeout as wait } from 'node:timers/promises'
import { type JsonAnswer, requestJson } from './request-json.js'

/** How a tenant's Management API is reached. */
export interface ManagementApiOptions {
  /** `https://` with the tenant's host. */
  readonly origin: URL
  readonly clientId: string
  readonly clientSecret: string
  /** Roots that the tenant is verified by, PEM; default: Node's own. */
  readonly ca?: readonly string[]
  /** Called before each wait for the rate limit, with whole seconds. */
  readonly onWait: (seconds: number) => void
}

/** Asks one path of the API, rate limits waited for. */
export type AskManagementApi = (
  path: string,
  query?: Readonly<Record<string, string>>,
) => Promise<unknown>

/** The tenant refused, or answered what its documentation doesn't know. `message` holds no secret. */
export class ManagementApiError extends Error {
  override readonly name = 'ManagementApiError'
}

// The API's limits are by second and by minute: whatever waits longer than a full minute, several times, has another cause.
const LONGEST_WAIT_MS = 61_000
const MOST_WAITS = 20

/**
 * Gets a token by the client credentials grant.
 *
 * @throws ManagementApiError, or the connection's Error
 * @see https://auth0.com/docs/secure/tokens/access-tokens/management-api-access-tokens/get-management-api-access-tokens-for-production
 * @see https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
 */
export async function openManagementApi(options: ManagementApiOptions): Promise<AskManagementApi> {
  const { origin, clientId, clientSecret } = options
  const ca = options.ca === undefined ? {} : { ca: options.ca }
  const send = createPatientSender(options.onWait)
  const { body } = await send('the token', () =>
    requestJson({
      method: 'POST',
      url: new URL('/oauth/token', origin),
      body: {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        audience: new URL('/api/v2/', origin).href,
      },
      ...ca,
    }),
  )
  const token = memberOf(body, 'access_token')
  if (typeof token !== 'string' || token === '') {
    throw new ManagementApiError('the answer of /oauth/token has no access_token')
  }
  return async (path, query = {}) => {
    const url = new URL(`/api/v2/${path}`, origin)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    const answer = await send(path, () => requestJson({ method: 'GET', url, token, ...ca }))
    return answer.body
  }
}

function createPatientSender(onWait: (seconds: number) => void) {
  let waits = 0
  return async (what: string, send: () => Promise<JsonAnswer>): Promise<JsonAnswer> => {
    for (;;) {
      const answer = await send()
      if (answer.status === 200) return answer
      if (answer.status !== 429) throw refusal(what, answer)
      waits += 1
      if (waits > MOST_WAITS)
        throw new ManagementApiError(`still limited after ${MOST_WAITS} waits`)
      const delay = untilReset(answer, Date.now())
      onWait(Math.ceil(delay / 1000))
      await wait(delay)
    }
  }
}

/** `x-ratelimit-reset` is a time in seconds since 1970. */
function untilReset({ headers }: JsonAnswer, now: number): number {
  const reset = Number(headers['x-ratelimit-reset']) * 1000 - now
  // A clock that goes wrong by a little must not make a storm of requests.
  if (!Number.isFinite(reset) || reset < 1000) return 1000
  return Math.min(reset, LONGEST_WAIT_MS)
}

const MENDS: Readonly<Record<number, string>> = {
  401: ': are AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET those of this tenant?',
  403: ': the application needs the scopes read:clients and read:client_credentials of the Management API',
}

function refusal(what: string, { status, body }: JsonAnswer): ManagementApiError {
  const code = memberOf(body, 'errorCode') ?? memberOf(body, 'error')
  const shown = typeof code === 'string' ? ` (${code.slice(0, 100)})` : ''
  return new ManagementApiError(`${what}: Auth0 answers ${status}${shown}${MENDS[status] ?? ''}`)
}

/** A member of what may be an object. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return Reflect.get(value, name)
}
