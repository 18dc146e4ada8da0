import {
  type ClientMetadata,
  type Configuration,
  customFetch,
  discovery,
  TlsClientAuth,
} from 'openid-client'
import type { MtlsFetch } from './mtls-fetch.js'

/** Which client, at which authorization server, over which connections. */
export interface MtlsClientOptions {
  /** The custom domain's origin. */
  readonly issuer: string
  readonly clientId: string
  readonly connections: MtlsFetch
  /** Further metadata of the client. */
  readonly metadata?: Partial<ClientMetadata>
}

/**
 * Runs discovery and configures openid-client as a client that authenticates by its certificate, at the addresses of
 * `mtls_endpoint_aliases`, over the given connections.
 *
 * @throws openid-client's errors, where discovery's answer is not what it should be.
 * @see https://www.rfc-editor.org/rfc/rfc8705#section-5
 */
export async function configureMtlsClient(options: MtlsClientOptions): Promise<Configuration> {
  const metadata = { use_mtls_endpoint_aliases: true, ...options.metadata }
  return discovery(new URL(options.issuer), options.clientId, metadata, TlsClientAuth(), {
    [customFetch]: options.connections.fetch,
  })
}
