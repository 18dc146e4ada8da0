import { X509Certificate } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import { FST_EDGE_RSA_CERTIFICATE_MISSING } from '../errors.js'
import { trustForClients } from './client-trust.js'
import { describeSessions, type SessionSecrets } from './session-secrets.js'
import { TLS_PROFILES, type TlsProfileName } from './tls-profile.js'

/** A certificate of the host with its chain, and its key; both PEM. */
export interface ServerCertificate {
  readonly certificate: string | Buffer
  readonly key: string | Buffer
}

/** What may change about a host's TLS while its server lives. */
export interface HostSecureContext {
  readonly serverName: string
  /** One or more, of different key types: OpenSSL takes the one that fits the client. */
  readonly serverCertificates: readonly ServerCertificate[]
  readonly tlsProfile: TlsProfileName
  /** PEM of roots or intermediates that client certificates are trusted by. Empty: none are, public roots neither. */
  readonly trustAnchors: readonly string[]
  /**
   * PEM of certificates that complete a client's chain where it sends none: a path may go through them, never end there.
   * Their names are asked for like the anchors'. Default: none.
   */
  readonly intermediates?: readonly string[]
  /** What sessions are sealed with that may be resumed. Default: `null`, nothing resumes. */
  readonly sessions?: SessionSecrets | null
}

/**
 * The secure context's options of one host, from its profile, certificates and anchors.
 *
 * @throws {FST_EDGE_RSA_CERTIFICATE_MISSING} `fapi1-advanced` without an RSA certificate
 * @throws {CertificateError} an anchor is no certificate
 */
export function createHostSecureContext(options: HostSecureContext): SecureContextOptions {
  if (options.tlsProfile === 'fapi1-advanced' && !options.serverCertificates.some(isRsa)) {
    throw new FST_EDGE_RSA_CERTIFICATE_MISSING(options.serverName)
  }
  const profile = TLS_PROFILES[options.tlsProfile]
  return {
    ...profile,
    ...describeSessions(options.sessions ?? null, profile.secureOptions),
    cert: options.serverCertificates.map(({ certificate }) => certificate),
    key: options.serverCertificates.map(({ key }) => key),
    // Always given, also empty: without it Node trusts the public roots.
    ca: [...options.trustAnchors.map(trustForClients), ...(options.intermediates ?? [])],
  }
}

function isRsa({ certificate }: ServerCertificate): boolean {
  return new X509Certificate(certificate).publicKey.asymmetricKeyType === 'rsa'
}
