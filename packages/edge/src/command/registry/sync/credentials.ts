import { parseThumbprint } from '@mtls-edge/cert-registry'
import { type AskManagementApi, ManagementApiError, memberOf } from './management-api.js'

/** A certificate that is registered as a credential of a client at Auth0. */
export interface Auth0Credential {
  readonly thumbprint: string
  readonly credentialId: string
  readonly clientId: string
  readonly clientName: string
  /** Auth0 takes it for this client's authentication; a credential alone does nothing. */
  readonly inUse: boolean
  readonly expiresAt: Date | null
}

const PAGE = 100
const FIELDS = 'client_id,name,client_authentication_methods'

/**
 * Reads the certificates (`x509_cert`) of every client that authenticates by self-signed certificates. Clients that
 * don't are not asked for: what they hold lets nobody in, and each would cost a request.
 *
 * @throws ManagementApiError, or the connection's Error
 * @see https://auth0.com/docs/api/management/v2/clients/get-clients
 * @see https://auth0.com/docs/api/management/v2/clients/get-credentials
 */
export async function readAuth0Credentials(
  ask: AskManagementApi,
): Promise<readonly Auth0Credential[]> {
  const credentials: Auth0Credential[] = []
  for (const client of await readClients(ask)) {
    const used = usedCredentials(client)
    if (used === null) continue
    const clientId = requireText(client, 'client_id', 'a client')
    const list = await ask(`clients/${encodeURIComponent(clientId)}/credentials`)
    if (!Array.isArray(list)) throw unknownShape('the credentials of a client are no list')
    for (const credential of list) {
      if (memberOf(credential, 'credential_type') !== 'x509_cert') continue
      credentials.push(readCredential(credential, clientId, client, used))
    }
  }
  return credentials
}

async function readClients(ask: AskManagementApi): Promise<readonly unknown[]> {
  const clients: unknown[] = []
  for (let page = 0; ; page += 1) {
    const answer = await ask('clients', {
      fields: FIELDS,
      include_fields: 'true',
      include_totals: 'true',
      page: String(page),
      per_page: String(PAGE),
    })
    const items = memberOf(answer, 'clients')
    const total = memberOf(answer, 'total')
    if (!Array.isArray(items) || typeof total !== 'number') {
      throw unknownShape('the list of clients has no `clients` and `total`')
    }
    clients.push(...items)
    if (clients.length >= total) return clients
    // Half a list must not pass for the whole: what is missing in it would look missing at Auth0.
    if (items.length === 0) {
      throw unknownShape(`the list ends after ${clients.length} of ${total} clients`)
    }
  }
}

/** Ids of the credentials that the client authenticates by; `null` where it does not use self-signed certificates. */
function usedCredentials(client: unknown): ReadonlySet<unknown> | null {
  const methods = memberOf(client, 'client_authentication_methods')
  const credentials = memberOf(memberOf(methods, 'self_signed_tls_client_auth'), 'credentials')
  if (!Array.isArray(credentials)) return null
  return new Set(credentials.map((credential) => memberOf(credential, 'id')))
}

function readCredential(
  credential: unknown,
  clientId: string,
  client: unknown,
  used: ReadonlySet<unknown>,
): Auth0Credential {
  const credentialId = requireText(credential, 'id', 'a credential')
  const shown = requireText(credential, 'thumbprint_sha256', `credential ${credentialId}`)
  const thumbprint = parseThumbprint(shown)
  if (thumbprint === null) {
    throw unknownShape(`the thumbprint of credential ${credentialId} is no SHA-256`)
  }
  const name = memberOf(client, 'name')
  const expiry = memberOf(credential, 'expires_at')
  const expiresAt = typeof expiry === 'string' ? new Date(expiry) : null
  return {
    thumbprint,
    credentialId,
    clientId,
    clientName: typeof name === 'string' && name !== '' ? name : clientId,
    inUse: used.has(credentialId),
    expiresAt: expiresAt === null || Number.isNaN(expiresAt.getTime()) ? null : expiresAt,
  }
}

function requireText(value: unknown, name: string, what: string): string {
  const text = memberOf(value, name)
  if (typeof text === 'string' && text !== '') return text
  throw unknownShape(`${what} has no ${name}`)
}

const unknownShape = (what: string): ManagementApiError =>
  new ManagementApiError(`Auth0's answer can't be read: ${what}`)
