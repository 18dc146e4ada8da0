import type { Certificate, Crl } from '@mtls-edge/path-validation'
import type { Problem } from './problem.js'
import type { Secret } from './secret.js'

/** Everything that the edge was told, read, checked and deeply frozen. Every default is filled in. */
export interface EdgeConfiguration {
  /** The configuration file, absolute. */
  readonly file: string
  /** Every other file that it names, absolute and each one once: what must be watched for changes. */
  readonly namedFiles: readonly string[]
  readonly listen: ListenConfiguration
  /** Processes that share the port; with 1 there is no other than the one that was started. */
  readonly workers: number
  readonly tlsProfile: TlsProfile
  /** Milliseconds. */
  readonly shutdownTimeout: number
  /** From the 503 on `/readyz` until nothing new is accepted, in milliseconds. */
  readonly drainDelay: number
  readonly limits: LimitsConfiguration
  readonly rateLimit: RateLimitConfiguration
  /** One at least. */
  readonly domains: readonly DomainConfiguration[]
  readonly registry: RegistryConfiguration | null
  readonly health: Address
  /** `null`: nothing is traced. */
  readonly tracing: TracingConfiguration | null
  readonly admin: AdminConfiguration | null
  /** What is accepted, but worth a second look. */
  readonly warnings: readonly Problem[]
}

export type TlsProfile = 'fapi2' | 'fapi1-advanced'

export interface Address {
  /** An IP address or a host name. */
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
}

export interface ListenConfiguration extends Address {
  /** Balancers that put a PROXY header before each connection; `null` where there are none. */
  readonly proxyProtocol: {
    /** IP addresses and CIDR ranges, one at least. */
    readonly trusted: readonly string[]
  } | null
}

/** Where the edge is administered; without TLS only on this machine, or where the operator says so. */
export interface AdminConfiguration extends Address {
  /** Whoever has it may do everything there. */
  readonly token: Secret
  readonly tls: ServerCertificate | null
  /** Hosts that requests may name, beside those of this machine and `host`. */
  readonly allowedHosts: readonly string[]
}

/** Times in milliseconds, sizes in bytes. What each one is for: docs/limits.md. */
export interface LimitsConfiguration {
  /** From the ClientHello to the end of the handshake; the ClientHello itself has half of it before. */
  readonly handshakeTimeout: number
  /** From the handshake, or the first byte of a further request, to the end of the headers. */
  readonly headersTimeout: number
  /** From the same start to the end of the body. */
  readonly bodyTimeout: number
  /** Between two requests of a connection. */
  readonly idleTimeout: number
  /** Silence in the middle of a request, while the client neither sends its body nor reads its answer. */
  readonly stallTimeout: number
  readonly requestsPerConnection: number
  /** Of all workers together. */
  readonly connections: number
  /** `null`: no limit. IPv6 addresses count by their /64. */
  readonly connectionsPerAddress: number | null
  /** `null`: no limit. */
  readonly connectionsPerCertificate: number | null
  /** Request line and headers together. */
  readonly headerBytes: number
  readonly headerCount: number
  readonly urlBytes: number
  readonly bodyBytes: number
}

/** Requests a minute; `null`: no limit. */
export interface RateLimitConfiguration {
  /** Of one accepted certificate. */
  readonly perCertificate: number | null
  /** Of one address, an IPv6 address by its /64. */
  readonly perAddress: number | null
  /** New connections, and so handshakes, of one address. */
  readonly newConnectionsPerAddress: number | null
  /** `redis://` or `rediss://`; a secret, since a password may stand in it. `null`: each edge counts for itself. */
  readonly redis: Secret | null
}

export interface TracingConfiguration {
  /** Where traces are posted: OTLP over HTTP, in JSON. */
  readonly endpoint: string
  /** Which part of the requests is traced, from 0 to 1. */
  readonly sampleRatio: number
}

export interface RegistryConfiguration {
  /** `sqlite:` with an absolute path, or `postgres://`; a secret, since a password may stand in it. */
  readonly url: Secret
  /** How long the store may be away before nothing is taken for registered any more, in milliseconds. */
  readonly maxStaleness: number
}

/** One custom domain with its mTLS alias. Host names are lower-case, without a trailing dot. */
export interface DomainConfiguration {
  readonly customDomain: string
  /** May be the custom domain itself. */
  readonly mtlsDomain: string
  readonly publicTraffic: 'forward' | 'reject'
  /** One at least, in the order of the file. */
  readonly serverCertificates: readonly ServerCertificate[]
  readonly auth0: Auth0Configuration
  /** One at least. */
  readonly endpoints: readonly EndpointConfiguration[]
  readonly resumption: 'off' | 'safe'
  /** Whether both hosts speak HTTP/2 beside HTTP/1.1. */
  readonly http2: boolean
  readonly clientCertificates: ClientCertificateConfiguration
}

export interface ServerCertificate {
  /** PEM: the server's certificate, then its chain. */
  readonly certificate: string
  /** PEM, unencrypted. */
  readonly key: Secret
}

export interface Auth0Configuration {
  /** An origin: `https://host` or `https://host:port`. */
  readonly forwardingTarget: string
  readonly cnameApiKey: Secret
  readonly clientIpHeader: ClientIpHeader | null
  /** PEM: extra roots to trust the target by. */
  readonly ca: string | null
}

export type ClientIpHeader =
  | 'true-client-ip'
  | 'cf-connecting-ip'
  | 'x-forwarded-for'
  | 'x-azure-clientip'

export interface EndpointConfiguration {
  readonly path: string
  /** Upper-case, one at least. */
  readonly methods: readonly string[]
}

export interface ClientCertificateConfiguration {
  /** `null`: certificates that a CA signed are refused. */
  readonly caSigned: CaSignedConfiguration | null
  readonly selfSigned: 'reject' | 'registered' | 'forward'
  /** An empty list restricts nothing. */
  readonly allow: AllowRules
  readonly deny: DenyRules
}

export interface CaSignedConfiguration {
  /** One at least. */
  readonly trustAnchors: readonly Certificate[]
  readonly intermediates: readonly Certificate[]
  readonly requireRegistration: boolean
  /** Whether a path counts that OpenSSL did not verify in the handshake. */
  readonly dangerouslyTrustOwnEngineAlone: boolean
  readonly revocation: RevocationConfiguration
}

export interface RevocationConfiguration {
  readonly mode: 'require' | 'prefer' | 'off'
  readonly crls: readonly RevocationList[]
  /** What is fetched from the addresses in certificates, in this order; empty: nothing. */
  readonly fetch: readonly ('crl' | 'ocsp')[]
  /** Hosts that may be at addresses that are not public. */
  readonly fetchAllowHosts: readonly string[]
  /** How long past its `nextUpdate` a CRL still counts, in milliseconds. */
  readonly staleGrace: number
}

export interface RevocationList {
  /** Absolute. A PEM file may hold several. */
  readonly file: string
  readonly der: Uint8Array
  /** The same, read and indexed; its signature is not checked. */
  readonly crl: Crl
}

export interface AllowRules {
  /** SHA-256 of the DER, 64 lower-case hex digits. */
  readonly thumbprints: readonly string[]
  readonly subjects: readonly NameRule[]
  readonly subjectAlternativeNames: readonly AlternativeNameRule[]
  readonly issuers: readonly NameRule[]
}

export interface DenyRules extends AllowRules {
  readonly serials: readonly SerialRule[]
}

/** A distinguished name as it was written, and its comparison key (`Name.normalized` of path-validation). */
export interface NameRule {
  readonly text: string
  readonly normalized: string
}

/** One subject alternative name; `value` is in the form that certificates are compared in. */
export interface AlternativeNameRule {
  readonly type: 'dns' | 'email' | 'ip' | 'uri'
  /** DNS names in lower case without a trailing dot; the host part of an email in lower case; IP addresses as path-validation writes them. */
  readonly value: string
}

export interface SerialRule {
  readonly issuer: NameRule
  /** The DER contents in lower-case hex, as `Certificate.serialNumber` has it. */
  readonly serial: string
}
