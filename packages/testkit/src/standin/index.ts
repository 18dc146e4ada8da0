import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { ClientMetadata } from 'oidc-provider'
import { readForwardedCertificate } from './forwarded-certificate.js'
import { answerForbidden, refusalOf } from './gate.js'
import { createProvider } from './provider.js'
import { type RecordedRequest, recordRequest } from './record.js'

/** What the stand-in is, and for whom. */
export interface Auth0StandInOptions {
  /** PEM of the certificate that the stand-in answers with; it must cover `localhost`. */
  readonly certificate: string
  /** PEM of that certificate's key. */
  readonly key: string
  /** Origin of the custom domain as clients see it, with its port: `https://auth.example.com:8443`. It is the issuer. */
  readonly customOrigin: string
  /** Origin of the mTLS alias as clients see it; `null` where the tenant's aliases are off. */
  readonly mtlsOrigin: string | null
  /** The API key by which Auth0 finds the custom domain. */
  readonly cnameApiKey: string
  /** Registered clients, see `registerCaSignedClient` and `registerSelfSignedClient`. */
  readonly clients: readonly ClientMetadata[]
  /** Whether DPoP proofs must carry a nonce. Default: false. */
  readonly requireDpopNonce?: boolean
}

/** A stand-in that listens. */
export interface Auth0StandIn {
  readonly port: number
  /** The origin domain name, for SNI and Host. */
  readonly originHost: string
  /** The origin as a forwarding target: `https://localhost:PORT`. */
  readonly origin: string
  /** Every request that arrived, also those that were refused, in order. */
  readonly requests: readonly RecordedRequest[]
  /** What the authorization server did not expect. Empty as long as all is well. */
  readonly errors: readonly Error[]
  /** Ends the listener and every connection. */
  close(): Promise<void>
}

// A name that resolves to this machine everywhere: an address could not stand in SNI.
const ORIGIN_HOST = 'localhost'

/**
 * Starts a stand-in for Auth0 on a free port of 127.0.0.1: a real authorization server (oidc-provider) behind TLS that takes
 * requests as Auth0's edge does.
 *
 * A request is answered 403 unless SNI and Host are the origin domain name and `cname-api-key` is the custom domain's. The
 * client certificate comes from `client-certificate` and `client-certificate-ca-verified` alone; the connection's own is
 * never asked for. Keys are made at start and kept nowhere. One test user logs in and consents without a form.
 *
 * It does not limit rates, and it knows one custom domain: for several, start several.
 *
 * @see https://auth0.com/docs/get-started/applications/configure-mtls/set-up-the-customer-edge
 */
export async function startAuth0StandIn(options: Auth0StandInOptions): Promise<Auth0StandIn> {
  const requests: RecordedRequest[] = []
  const errors: Error[] = []
  const gate = { originHost: ORIGIN_HOST, cnameApiKey: options.cnameApiKey }
  const provider = await createProvider({
    customOrigin: options.customOrigin,
    mtlsOrigin: options.mtlsOrigin,
    clients: options.clients,
    requireDpopNonce: options.requireDpopNonce ?? false,
  })
  provider.on('server_error', (_ctx, error) => errors.push(error))
  const serve = provider.callback()

  const server = createServer(
    { cert: options.certificate, key: options.key, minVersion: 'TLSv1.2' },
    (request, response) => {
      requests.push(recordRequest(request, response))
      const refusal = refusalOf(request, gate)
      if (refusal !== null) return answerForbidden(response, refusal)
      becomeCustomDomain(request, options)
      void serve(request, response)
    },
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port')

  return {
    port: address.port,
    originHost: ORIGIN_HOST,
    origin: `https://${ORIGIN_HOST}:${address.port}`,
    requests,
    errors,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/**
 * Gives the request the Host that the client meant, as Auth0 does once the key has named the custom domain: every URL in an
 * answer, and the `htu` that a DPoP proof is held against, is built on it. A certificate comes from the alias alone.
 */
function becomeCustomDomain(request: IncomingMessage, options: Auth0StandInOptions): void {
  const isFromAlias = options.mtlsOrigin !== null && readForwardedCertificate(request) !== null
  const origin = isFromAlias ? options.mtlsOrigin : options.customOrigin
  request.headers.host = new URL(origin ?? options.customOrigin).host
}

export { TEST_USER } from './interaction.js'
export { TEST_AUDIENCE } from './provider.js'
export type { RecordedRequest } from './record.js'
export {
  type ClientRegistration,
  certificateThumbprint,
  registerCaSignedClient,
  registerSelfSignedClient,
} from './registration.js'
