import { type RegistryStore, readCertificates } from '@mtls-edge/cert-registry'
import type { Issued } from '@mtls-edge/testkit'
import { CUSTOM, clients } from './registered-edge.ts'

const ACTOR = 'operator'

/** The clients of the test, by what the registry says of them. */
export const CAST = {
  registered: clients.client(),
  'registered, self-signed': clients.selfSignedClient(),
  unregistered: clients.client(),
  'unregistered, self-signed': clients.selfSignedClient(),
  suspended: clients.client(),
  revoked: clients.selfSignedClient(),
  /** Registered, and suspended at some time. */
  'suspended before the crash': clients.client(),
  'suspended right before the crash': clients.client(),
  'suspended while the store is away': clients.client(),
  'suspended after the crash': clients.client(),
} as const satisfies Readonly<Record<string, Issued>>

export type Role = keyof typeof CAST

export const ROLES = Object.keys(CAST) as readonly Role[]

/** Those that are to be let in for as long as the registry is known. */
export const ALWAYS: readonly Role[] = ['registered', 'registered, self-signed']

/** Those that are never to be let in. */
export const NEVER: readonly Role[] = [
  'unregistered',
  'unregistered, self-signed',
  'suspended',
  'revoked',
]

/** Puts into the registry what the edge finds when it starts. */
export async function registerCast(store: RegistryStore): Promise<void> {
  for (const [role, issued] of Object.entries(CAST)) {
    if (role.startsWith('unregistered')) continue
    for (const certificate of readCertificates(issued.pem))
      await store.add({ domain: CUSTOM, certificate }, ACTOR)
  }
  await suspend(store, 'suspended')
  await store.deny({ domain: CUSTOM, thumbprint: CAST.revoked.thumbprint }, ACTOR)
}

export async function suspend(store: RegistryStore, role: Role): Promise<void> {
  await store.suspend({ domain: CUSTOM, thumbprint: CAST[role].thumbprint }, ACTOR)
}
