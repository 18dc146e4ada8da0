import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import { UsageError } from '../../exit.js'
import { resolveFromUser, type Surroundings } from '../../surroundings.js'
import type { DomainNames } from '../choose-domain.js'
import type { CommandStore } from '../command-store.js'
import { isFields, malformed } from './answer.js'
import { createApiClient } from './api-client.js'
import { createRemoteStore } from './remote-store.js'

/** How a running edge is reached. */
export interface RemoteOptions {
  readonly url: string
  readonly tokenFile?: string
  readonly ca?: string
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/
/** The API takes so many characters for a name. */
const MAX_ACTOR = 150

/**
 * Opens the registry of a running edge.
 *
 * @throws UsageError where the options can't be what is meant; RemoteError where the edge can't be asked
 */
export async function openRemote(
  options: RemoteOptions,
  actor: string,
  surroundings: Surroundings,
): Promise<{ readonly store: CommandStore; readonly configuration: DomainNames }> {
  const url = readUrl(options.url)
  const token = readToken(options, surroundings)
  const roots = options.ca === undefined ? null : readFile('--ca', options.ca, surroundings)
  const ca = roots === null ? null : [...getCACertificates('default'), roots]
  const api = createApiClient({ url, token, ca, actor: actor.slice(0, MAX_ACTOR) })
  const { domains } = await api.ask('/api/v1/domains')
  if (!Array.isArray(domains)) throw malformed('domains')
  return { store: createRemoteStore(api), configuration: { domains: domains.map(readNames) } }
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError('--url is where the admin listener is, such as https://127.0.0.1:9090')
  }
  if (url.username !== '' || url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new UsageError('--url is a scheme, a host and a port, such as https://127.0.0.1:9090')
  }
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw new UsageError(
      '--url would send the token over the network for all to read: use https://',
    )
  }
  return url
}

function readToken({ tokenFile }: RemoteOptions, surroundings: Surroundings): string {
  const { MTLS_EDGE_ADMIN_TOKEN } = surroundings.environment
  const text =
    tokenFile === undefined
      ? MTLS_EDGE_ADMIN_TOKEN
      : readFile('--token-file', tokenFile, surroundings)
  const token = text?.trim()
  if (!token) {
    throw new UsageError(
      'the token of the admin API is missing: set MTLS_EDGE_ADMIN_TOKEN, or name its file with --token-file',
    )
  }
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new UsageError('the token of the admin API has characters that no token has')
}

function readFile(option: string, file: string, surroundings: Surroundings): string {
  try {
    return readFileSync(resolveFromUser(file, surroundings), 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new UsageError(`${option} can't be read (${code})`)
  }
}

function readNames(value: unknown): DomainNames['domains'][number] {
  const { customDomain, mtlsDomain } = isFields(value) ? value : {}
  if (typeof customDomain === 'string' && typeof mtlsDomain === 'string')
    return { customDomain, mtlsDomain }
  throw malformed('domain')
}
