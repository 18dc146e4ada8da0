import {
  buildAuthorizationUrlWithPAR,
  type Configuration,
  clientCredentialsGrant,
} from 'openid-client'
import { configureMtlsClient, createMtlsFetch, readJsonMember } from '../../client/index.js'
import type { Issued } from '../../pki/index.js'
import { CLIENT_IDS, REDIRECT_URI, type Stage } from '../stage.js'
import { forwardedCertificate, isSamePem, presenting, type Step } from './step.js'

/** How a registered client authenticates, and what Auth0 must be told of its certificate. */
export interface ClientKind {
  readonly name: keyof typeof CLIENT_IDS
  readonly method: string
  readonly verification: string
}

export const CA_SIGNED: ClientKind = {
  name: 'caSigned',
  method: 'tls_client_auth',
  verification: 'SUCCESS',
}

export const SELF_SIGNED: ClientKind = {
  name: 'selfSigned',
  method: 'self_signed_tls_client_auth',
  verification: 'FAILED:self-signed certificate',
}

/** Runs openid-client as one of the registered clients, with its key, and closes its connections afterwards. */
export async function withClient<T>(
  stage: Stage,
  kind: ClientKind,
  use: (client: Configuration) => Promise<T>,
): Promise<T> {
  const { port, cast, customOrigin: issuer } = stage
  const credentials = presenting(cast[kind.name])
  const connections = createMtlsFetch({ port, ca: cast.serverRoot.pem, ...credentials })
  try {
    return await use(
      await configureMtlsClient({ issuer, clientId: CLIENT_IDS[kind.name], connections }),
    )
  } finally {
    await connections.close()
  }
}

/** A pushed authorization request, authenticated by the certificate. */
export function pushAuthorizationRequest(kind: ClientKind): Step {
  return {
    title: `pushed authorization request, ${kind.method}`,
    wanted: `a request_uri, Auth0 told ${kind.verification}`,
    async run(stage) {
      const url = await withClient(stage, kind, (client) =>
        buildAuthorizationUrlWithPAR(client, {
          redirect_uri: REDIRECT_URI,
          scope: 'openid',
          // Never redeemed: any challenge will do.
          code_challenge: 'A'.repeat(43),
          code_challenge_method: 'S256',
        }),
      )
      const requestUri = url.searchParams.get('request_uri') ?? ''
      const told = describeForwarded(stage, cast(stage, kind), kind)
      return { passed: requestUri !== '' && told.right, got: `201 and one, ${told.words}` }
    },
  }
}

/** A client-credentials token, bound to the certificate. */
export function takeClientCredentialsToken(kind: ClientKind): Step {
  return {
    title: `client-credentials token, ${kind.method}`,
    wanted: `a bound token, Auth0 told ${kind.verification}`,
    async run(stage) {
      const certificate = cast(stage, kind)
      const tokens = await withClient(stage, kind, (client) => clientCredentialsGrant(client))
      const bound = readConfirmation(tokens.access_token)
      const told = describeForwarded(stage, certificate, kind)
      const isBound = bound === certificate.thumbprintBase64url
      const got = `200, cnf.x5t#S256 ${bound.slice(0, 8)}... ${isBound ? 'equals' : 'is not'} the certificate's, ${told.words}`
      return { passed: isBound && told.right, got }
    },
  }
}

function cast(stage: Stage, kind: ClientKind): Issued {
  return stage.cast[kind.name]
}

function describeForwarded(stage: Stage, certificate: Issued, kind: ClientKind) {
  const { pem, verification } = forwardedCertificate(stage.standIn.requests.at(-1))
  const isLeaf = isSamePem(pem, certificate.pem)
  const leaf = isLeaf ? 'the leaf alone' : 'another certificate'
  return {
    right: isLeaf && verification === kind.verification,
    words: `Auth0 told ${verification} of ${leaf}`,
  }
}

/** The thumbprint that a JWT access token is bound to; the empty string for none. */
function readConfirmation(token: string): string {
  const [, payload = ''] = token.split('.')
  return readJsonMember(Buffer.from(payload, 'base64url').toString(), 'cnf', 'x5t#S256')
}
