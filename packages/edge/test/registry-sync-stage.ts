import {
  createPki,
  type Issued,
  type ManagementApiStandIn,
  type ManagementApiStandInOptions,
  type StandInClient,
  type StandInCredential,
  startManagementApiStandIn,
} from '@mtls-edge/testkit'
import type { Test } from 'tap'
import { type Ended, runHere } from './command-process.ts'
import { type RegistryStage, setRegistryStage } from './registry-stage.ts'

const tenantPki = createPki({ name: 'Tenant' })
const tenantCertificate = tenantPki.server('127.0.0.1')
export const SECRET = 'the-secret-of-the-application'

export interface SyncStage extends RegistryStage {
  readonly tenant: ManagementApiStandIn
  /** Runs `registry sync` against the tenant. */
  readonly sync: (...more: string[]) => Promise<Ended>
  readonly syncWith: (
    environment: Readonly<Record<string, string>>,
    ...more: string[]
  ) => Promise<Ended>
}

/** A tenant whose clients are these, and the root that it is verified by. */
export async function startTenant(
  t: Test,
  clients: readonly StandInClient[],
  options: Partial<ManagementApiStandInOptions> = {},
): Promise<ManagementApiStandIn & { readonly root: string }> {
  const tenant = await startManagementApiStandIn({
    certificate: tenantCertificate,
    clientId: 'm2m',
    clientSecret: SECRET,
    clients,
    ...options,
  })
  t.teardown(() => tenant.close())
  return { ...tenant, root: tenantPki.root.pem }
}

/** A registry and a tenant whose clients are these. */
export async function setSyncStage(
  t: Test,
  clients: readonly StandInClient[],
  options: Partial<ManagementApiStandInOptions> = {},
): Promise<SyncStage> {
  const stage = setRegistryStage(t)
  const tenant = await startTenant(t, clients, options)
  stage.write('tenant-root.pem', tenant.root)
  // A comparison only reads: the registry must be there.
  await stage.run('import', stage.write('nothing.jsonl', ''))
  const syncWith = async (environment: Readonly<Record<string, string>>, ...more: string[]) =>
    await runHere(
      [
        ...['registry', 'sync', '--config', 'edge.yaml', '--auth0-domain', tenant.host],
        ...(more.includes('--auth0-ca') ? [] : ['--auth0-ca', 'tenant-root.pem']),
        ...more,
      ],
      { cwd: stage.directory, environment },
    )
  const sync = async (...more: string[]) =>
    await syncWith({ AUTH0_CLIENT_ID: 'm2m', AUTH0_CLIENT_SECRET: SECRET }, ...more)
  return { ...stage, tenant, sync, syncWith }
}

/** A client that authenticates by self-signed certificates; only those of `used` are in use. */
export function clientWith(
  name: string,
  used: readonly Issued[],
  unused: readonly Issued[] = [],
): StandInClient {
  const credentials = [...used, ...unused].map(credentialOf)
  return {
    client_id: `id-${name}`,
    name,
    credentials,
    client_authentication_methods: {
      self_signed_tls_client_auth: {
        credentials: credentials.slice(0, used.length).map(({ id }) => ({ id })),
      },
    },
  }
}

export function credentialOf(certificate: Issued): StandInCredential {
  return {
    id: `cred_${certificate.thumbprint.slice(0, 8)}`,
    name: '',
    credential_type: 'x509_cert',
    thumbprint_sha256: certificate.thumbprint,
    expires_at: certificate.x509.validToDate.toISOString(),
  }
}
