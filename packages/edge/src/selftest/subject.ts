import { X509Certificate } from 'node:crypto'
import type { Address, DomainConfiguration, TlsProfile } from '../configuration/types.js'
import type { HostDescription } from '../domain/host-role.js'
import type { ServedCertificate } from './served-certificates.js'
import type { ServerKey } from './suites.js'

/** The edge under test, as it can be reached from here. */
export interface EdgeSubject {
  readonly address: Address
  readonly profile: TlsProfile
  /** PEM of roots to verify server certificates by beside the public ones; null: none were named. */
  readonly roots: string | null
  /** DNS servers, as `address` or `address:port`; empty: none is known. */
  readonly resolvers: readonly string[]
  readonly at: Date
}

/** One domain of its configuration. */
export interface DomainSubject extends EdgeSubject {
  readonly domain: DomainConfiguration
}

/** One host of a domain. */
export interface HostSubject extends DomainSubject {
  readonly host: HostDescription
  /** What it serves, a certificate for each kind of key that is configured. Asked for once, at the first call. */
  served(): Promise<readonly ServedCertificate[]>
}

/** The kinds of keys of a domain's server certificates, each one once. */
export function serverKeysOf(domain: DomainConfiguration): readonly ServerKey[] {
  const kinds = domain.serverCertificates.map(({ certificate }) =>
    new X509Certificate(certificate).publicKey.asymmetricKeyType?.startsWith('rsa') ? 'rsa' : 'ec',
  )
  return [...new Set(kinds)]
}
