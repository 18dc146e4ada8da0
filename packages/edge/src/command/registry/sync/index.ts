import { readFileSync } from 'node:fs'
import { getCACertificates } from 'node:tls'
import type { ImportedRegistration, Registration } from '@mtls-edge/cert-registry'
import { EXIT, UsageError } from '../../exit.js'
import { createPaint } from '../../style.js'
import { resolveFromUser, type Surroundings } from '../../surroundings.js'
import { chooseDomain } from '../choose-domain.js'
import {
  fail,
  type RegistryCommandOptions,
  type RegistrySession,
  withRegistry,
} from '../session.js'
import { compare, type Difference } from './compare.js'
import { readAuth0Credentials } from './credentials.js'
import { type ManagementApiOptions, openManagementApi } from './management-api.js'
import { reportToJson, writeReport } from './words.js'

export interface SyncOptions extends RegistryCommandOptions {
  readonly auth0Domain: string
  /** File with roots to verify the tenant by, beside the usual ones. */
  readonly auth0Ca?: string
  readonly apply?: boolean
  readonly json?: boolean
}

/**
 * `mtls-edge registry sync`: compares the registry with the self-signed certificates that clients use at Auth0. With
 * `--apply` it adds here what is missing here; it never removes, never changes a state, and writes nothing at Auth0.
 *
 * @returns the exit code: 0 where both agree and after `--apply`; 1 where they differ or Auth0 can't be asked
 * @throws UsageError
 */
export async function runSync(options: SyncOptions, surroundings: Surroundings): Promise<number> {
  const api = readApiOptions(options, surroundings)
  const apply = options.apply === true
  return await withRegistry(options, surroundings, apply ? 'write' : 'read', async (session) => {
    const domain = chooseDomain(session.configuration, options.domain)
    let credentials: Awaited<ReturnType<typeof readAuth0Credentials>>
    try {
      credentials = await readAuth0Credentials(await openManagementApi(api))
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown'
      return fail(`${options.auth0Domain} can't be compared with: ${reason}`, surroundings)
    }
    const comparison = compare(await readEntries(session, domain), credentials, new Date())
    const missing = comparison.differences.filter(({ kind }) => kind === 'missing_here')
    const added = apply ? await addMissing(session, domain, missing) : 0
    const { stdout, environment } = surroundings
    const report = { ...comparison, domain, auth0Domain: options.auth0Domain, added }
    stdout.write(
      options.json === true
        ? `${JSON.stringify(reportToJson(report), null, 2)}\n`
        : writeReport(report, createPaint(stdout, environment)),
    )
    return apply || comparison.differences.length === 0 ? EXIT.success : EXIT.problems
  })
}

function readApiOptions(options: SyncOptions, surroundings: Surroundings): ManagementApiOptions {
  const { AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET } = surroundings.environment
  if (!AUTH0_CLIENT_ID || !AUTH0_CLIENT_SECRET) {
    throw new UsageError(
      'set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET: a machine-to-machine application with the scopes read:clients and read:client_credentials',
    )
  }
  return {
    origin: readTenant(options.auth0Domain),
    clientId: AUTH0_CLIENT_ID,
    clientSecret: AUTH0_CLIENT_SECRET,
    ...(options.auth0Ca === undefined
      ? {}
      : { ca: [...getCACertificates('default'), readRoots(options.auth0Ca, surroundings)] }),
    onWait: (seconds) => surroundings.stderr.write(`note: rate limit, waiting ${seconds} s\n`),
  }
}

const TENANT = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i

/** A host alone: whatever else is in the text could send the secret elsewhere than it looks. */
function readTenant(text: string): URL {
  if (TENANT.test(text) && URL.canParse(`https://${text}/`)) return new URL(`https://${text}/`)
  throw new UsageError("--auth0-domain is the tenant's host, such as tenant.eu.auth0.com")
}

function readRoots(file: string, surroundings: Surroundings): string {
  try {
    return readFileSync(resolveFromUser(file, surroundings), 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown'
    throw new UsageError(`--auth0-ca can't be read: ${reason}`)
  }
}

async function readEntries(
  { store }: RegistrySession,
  domain: string,
): Promise<readonly Registration[]> {
  const entries: Registration[] = []
  for await (const entry of store.export({ domain })) entries.push(entry)
  return entries
}

const BATCH = 1000

/** An import adds an entry without its certificate, and keeps the stricter state of one that came in the meantime. */
async function addMissing(
  { store, actor }: RegistrySession,
  domain: string,
  missing: readonly Difference[],
): Promise<number> {
  let added = 0
  for (let start = 0; start < missing.length; start += BATCH) {
    const entries = missing.slice(start, start + BATCH).map((each) => toEntry(each, domain))
    added += (await store.importBatch(entries, `${actor} (sync)`.slice(-200))).added
  }
  return added
}

function toEntry(
  { thumbprint, clientName, credentials }: Difference,
  domain: string,
): ImportedRegistration {
  const origins = credentials.map(({ clientId, credentialId, expiresAt }) => {
    const end = expiresAt === null ? '' : `, expires ${expiresAt.toISOString().slice(0, 10)}`
    return `Auth0 client ${clientId}, credential ${credentialId}${end}`
  })
  return {
    domain,
    thumbprint,
    state: 'active',
    certificate: null,
    clientName: tame(clientName ?? '', 200),
    owner: 'auth0',
    notes: origins
      .map((line) => tame(line, 500))
      .slice(0, 5)
      .join('\n'),
  }
}

/** A name at Auth0 may hold what the registry refuses, and must not stop the rest. */
const tame = (text: string, limit: number): string =>
  text.replaceAll(/\p{Cc}/gu, ' ').slice(0, limit)
