import { X509Certificate } from 'node:crypto'
import {
  type Registration,
  type RegistrationState,
  type RegistryStore,
  type RegistryView,
  refusePrivateKeys,
} from '@mtls-edge/cert-registry'
import type { FastifyBaseLogger } from 'fastify'
import { findPemBlocks } from '../configuration/files/pem.js'
import type { DomainConfiguration } from '../configuration/index.js'
import { type Explanation, explain } from '../explanation/index.js'
import { describeEntry, type Entry } from '../registry/entry.js'
import { InvalidRequestError } from './errors.js'

/** Each one costs two path validations. */
const MAX_CERTIFICATES = 20

export interface Preview {
  /** `null` where the certificate can't be read. */
  readonly thumbprint: string | null
  readonly registration: Entry | null
  /** What would be decided now. */
  readonly now: Explanation
  /** What would be decided where it is registered and active. */
  readonly onceActive: Explanation
}

interface PreviewContext {
  readonly domain: DomainConfiguration
  readonly store: RegistryStore | null
  readonly log: FastifyBaseLogger
}

/**
 * Decides of every certificate of a PEM text as if a client presented it, with the others sent along.
 *
 * @throws FST_CERT_REGISTRY_PRIVATE_KEY, FST_EDGE_ADMIN_INVALID_REQUEST
 */
export async function previewCertificates(
  pem: string,
  context: PreviewContext,
): Promise<readonly Preview[]> {
  refusePrivateKeys(pem)
  const certificates = findPemBlocks(pem)
    .filter(({ label }) => label === 'CERTIFICATE')
    .map(({ text }) => Buffer.from(text.replace(/-----[^-]*-----/g, ''), 'base64'))
  if (certificates.length === 0) {
    throw new InvalidRequestError('there is no certificate in it (-----BEGIN CERTIFICATE-----)')
  }
  if (certificates.length > MAX_CERTIFICATES) {
    throw new InvalidRequestError(`there are more than ${MAX_CERTIFICATES} certificates in it`)
  }
  const previews: Preview[] = []
  for (const leaf of certificates) {
    const pool = certificates.filter((certificate) => certificate !== leaf)
    previews.push(await previewOne({ leaf, pool, handshake: null }, context))
  }
  return previews
}

async function previewOne(
  presented: Parameters<typeof explain>[0]['presented'],
  { domain, store, log }: PreviewContext,
): Promise<Preview> {
  const at = new Date()
  const thumbprint = readThumbprint(presented.leaf)
  const registration = await findRegistration(thumbprint, domain, store)
  const decide = (state: RegistrationState | null) =>
    explain({ domain, presented, at, log, registry: store === null ? null : viewOf(state) })
  return {
    thumbprint,
    registration: registration === null ? null : describeEntry(registration, at),
    now: await decide(registration?.state ?? null),
    onceActive: await decide('active'),
  }
}

async function findRegistration(
  thumbprint: string | null,
  { customDomain }: DomainConfiguration,
  store: RegistryStore | null,
): Promise<Registration | null> {
  if (thumbprint === null || store === null) return null
  return await store.show({ domain: customDomain, thumbprint })
}

/** A registry in which the one certificate that is asked about is in this state. */
const viewOf = (state: RegistrationState | null): RegistryView => ({
  stateOf: () => state,
  epoch: 0,
  isFresh: true,
})

function readThumbprint(der: Uint8Array): string | null {
  try {
    return new X509Certificate(der).fingerprint256.replaceAll(':', '').toLowerCase()
  } catch {
    return null
  }
}
