import { createHash, X509Certificate } from 'node:crypto'
import type { ClientMetadata } from 'oidc-provider'
import { subjectDistinguishedName } from './distinguished-name.js'

/** What a client of the stand-in is registered with. */
export interface ClientRegistration {
  readonly clientId: string
  /** The client's certificate as PEM: its subject, or the certificate itself, is what is registered. */
  readonly certificate: string
  readonly redirectUris: readonly string[]
  /** What tokens are bound to; `dpop` leaves the certificate to authenticate the client alone. Default: `certificate`. */
  readonly binding?: 'certificate' | 'dpop'
}

function describeGrants({ clientId, redirectUris, binding = 'certificate' }: ClientRegistration) {
  return {
    client_id: clientId,
    redirect_uris: redirectUris,
    grant_types: ['authorization_code', 'client_credentials'],
    response_types: ['code'],
    tls_client_certificate_bound_access_tokens: binding === 'certificate',
    dpop_bound_access_tokens: binding === 'dpop',
  } as const
}

/**
 * Metadata of a client that authenticates by a CA-signed certificate: the certificate's subject is registered.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-2.1
 */
export function registerCaSignedClient(registration: ClientRegistration): ClientMetadata {
  return {
    ...describeGrants(registration),
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_subject_dn: subjectDistinguishedName(
      new X509Certificate(registration.certificate),
    ),
  }
}

/**
 * Metadata of a client that authenticates by a self-signed certificate: the certificate is registered in the client's
 * JSON Web Key Set.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-2.2
 */
export function registerSelfSignedClient(registration: ClientRegistration): ClientMetadata {
  const certificate = new X509Certificate(registration.certificate)
  const key = {
    ...certificate.publicKey.export({ format: 'jwk' }),
    kid: certificateThumbprint(certificate),
    x5c: [certificate.raw.toString('base64')],
  }
  return {
    ...describeGrants(registration),
    token_endpoint_auth_method: 'self_signed_tls_client_auth',
    jwks: { keys: [key] },
  }
}

/**
 * The value that a token bound to the certificate carries as `cnf.x5t#S256`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-3.1
 */
export function certificateThumbprint(certificate: X509Certificate): string {
  return createHash('sha256').update(certificate.raw).digest('base64url')
}
