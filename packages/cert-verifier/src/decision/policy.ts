import type { RegistryView } from '@mtls-edge/cert-registry'
import type { Certificate, RevocationInput } from '@mtls-edge/path-validation'
import type { AllowList, DenyList } from '../lists/index.js'
import type { FetchKind } from '../revocation/addresses.js'
import type { FetchLimits } from '../revocation/limits.js'

/** What is asked of a certificate that a CA signed. */
export interface CaSignedPolicy {
  /** The private roots (or intermediates) that a path must end at. At least one. */
  readonly trustAnchors: readonly Certificate[]
  /** CA certificates that help to build a path. They are trusted for nothing. */
  readonly intermediates: readonly Certificate[]
  /** Whether the leaf must also be `active` in the registry. */
  readonly requireRegistration: boolean
  /** Whether OpenSSL's verdict at the handshake is only written down. */
  readonly trustsOwnEngineAlone: boolean
  /** What is known of revocation, and what an unknown status means. */
  readonly revocation: RevocationInput
  /** What is fetched where the status of a certificate is not known; `null`: nothing. */
  readonly fetching: FetchingPolicy | null
}

/** What may be fetched from the addresses in certificates. */
export interface FetchingPolicy {
  /** In this order, one kind at least. */
  readonly fetch: readonly FetchKind[]
  readonly allowHosts: readonly string[]
  readonly limits: Partial<FetchLimits>
}

/**
 * Everything that a decision rests on besides the certificates presented and the time.
 * Built once a configuration by `resolveOptions`; frozen.
 */
export interface CertificatePolicy {
  /** The custom domain: registrations are kept by domain. */
  readonly domain: string
  /** `null`: CA-signed certificates are refused. */
  readonly caSigned: CaSignedPolicy | null
  /** `reject`, wanted in the registry, or left to Auth0 to compare. */
  readonly selfSigned: 'reject' | 'registered' | 'forward'
  readonly allow: AllowList
  readonly deny: DenyList
  /** `null`: no registry, so nobody is registered and nobody suspended. */
  readonly registry: RegistryView | null
}
