import { randomUUID } from 'node:crypto'
import type { Issued } from '../pki/index.js'
import { type Exchange, startRecordingUpstream, type UpstreamRequest } from '../upstream/index.js'

/** A credential of a client, as the API gives it: the certificate itself is never given. */
export interface StandInCredential {
  readonly id: string
  readonly name?: string
  readonly credential_type: 'x509_cert' | 'public_key' | 'cert_subject_dn'
  readonly thumbprint_sha256?: string
  readonly expires_at?: string
}

export interface StandInClient {
  readonly client_id: string
  readonly name: string
  readonly client_authentication_methods?: object
  readonly credentials?: readonly StandInCredential[]
}

export interface ManagementApiStandInOptions {
  readonly certificate: Issued
  readonly clientId: string
  readonly clientSecret: string
  readonly clients: readonly StandInClient[]
  /** Requests that are answered 429 before others are answered; `x-ratelimit-reset` is one second ahead. */
  readonly limited?: number
  /** Scopes of the token; without the right ones the answer is 403. */
  readonly scopes?: readonly string[]
  /** Pages end here, as where the API stops giving more. */
  readonly listLimit?: number
}

export interface ManagementApiStandIn {
  /** `127.0.0.1:<port>` */
  readonly host: string
  readonly requests: readonly UpstreamRequest[]
  close(): Promise<void>
}

const SCOPES = ['read:clients', 'read:client_credentials']

/**
 * Starts a stand-in of three endpoints of the Management API over TLS: `/oauth/token` (client credentials grant),
 * `/api/v2/clients` (with fields, pages and totals) and `/api/v2/clients/{id}/credentials`.
 *
 * @see https://auth0.com/docs/api/management/v2/clients/get-clients
 * @see https://auth0.com/docs/api/management/v2/clients/get-credentials
 */
export async function startManagementApiStandIn(
  options: ManagementApiStandInOptions,
): Promise<ManagementApiStandIn> {
  const token = randomUUID()
  let limited = options.limited ?? 0
  const upstream = await startRecordingUpstream({
    certificate: options.certificate,
    handler: async (exchange) => {
      const url = new URL(exchange.incoming.url ?? '/', 'https://tenant.invalid')
      if (url.pathname === '/oauth/token') {
        const isGranted = matchesGrant(exchange, await readBody(exchange), options)
        const body = { access_token: token, token_type: 'Bearer', expires_in: 86_400 }
        send(exchange, isGranted ? 200 : 401, isGranted ? body : { error: 'access_denied' })
        return
      }
      if (limited > 0) {
        limited -= 1
        exchange.response.setHeader('x-ratelimit-reset', Math.floor(Date.now() / 1000) + 1)
        send(exchange, 429, { statusCode: 429, errorCode: 'too_many_requests' })
        return
      }
      if (exchange.incoming.headers.authorization !== `Bearer ${token}`) {
        send(exchange, 401, { statusCode: 401, error: 'Unauthorized' })
        return
      }
      const [status, body] = answer(url, options)
      send(exchange, status, body)
    },
  })
  const { port, requests, close } = upstream
  return { host: `127.0.0.1:${port}`, requests, close }
}

async function readBody({ request }: Exchange): Promise<unknown> {
  await request.ended
  return JSON.parse(request.body.toString())
}

function matchesGrant(
  { incoming }: Exchange,
  sent: unknown,
  { clientId, clientSecret }: ManagementApiStandInOptions,
): boolean {
  const expected = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    audience: `https://${incoming.headers.host}/api/v2/`,
  }
  return JSON.stringify(sent) === JSON.stringify(expected)
}

const CREDENTIALS = /^\/api\/v2\/clients\/([^/]+)\/credentials$/

function answer(url: URL, options: ManagementApiStandInOptions): readonly [number, object] {
  const { clients, scopes = SCOPES } = options
  const credentialsOf = CREDENTIALS.exec(url.pathname)?.[1]
  const scope = credentialsOf === undefined ? 'read:clients' : 'read:client_credentials'
  if (!scopes.includes(scope)) return [403, { statusCode: 403, errorCode: 'insufficient_scope' }]
  if (url.pathname === '/api/v2/clients') return [200, listPage(url, options)]
  const id = decodeURIComponent(credentialsOf ?? '')
  const client = clients.find(({ client_id }) => client_id === id)
  if (client === undefined) return [404, { statusCode: 404, error: 'Not Found' }]
  return [200, client.credentials ?? []]
}

function listPage({ searchParams }: URL, options: ManagementApiStandInOptions): object {
  const { clients, listLimit = clients.length } = options
  const limit = Math.min(Number(searchParams.get('per_page') ?? 50), 100)
  const start = Number(searchParams.get('page') ?? 0) * limit
  const fields = searchParams.get('fields')?.split(',') ?? []
  const page = clients
    .slice(0, listLimit)
    .slice(start, start + limit)
    .map((client) =>
      Object.fromEntries(Object.entries(client).filter(([name]) => fields.includes(name))),
    )
  return { start, limit, length: page.length, total: clients.length, clients: page }
}

function send({ response }: Exchange, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
  response.end(JSON.stringify(body))
}
