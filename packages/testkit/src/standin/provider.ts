import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { ClientMetadata, Configuration, JWK, Provider } from 'oidc-provider'
import { subjectDistinguishedName } from './distinguished-name.js'
import { type ForwardedCertificate, readForwardedCertificate } from './forwarded-certificate.js'
import { answerInteractions, findTestUser } from './interaction.js'
import { loadProvider } from './load-provider.js'
import { createStorage } from './storage.js'

/** The tenant that the authorization server speaks for. */
export interface TenantOptions {
  /** The custom domain's origin: issuer, and base of every endpoint. */
  readonly customOrigin: string
  /** The mTLS alias's origin, or `null` where the tenant's aliases are off. */
  readonly mtlsOrigin: string | null
  readonly clients: readonly ClientMetadata[]
  /** Whether DPoP proofs must carry a nonce of the server (RFC 9449 section 8). */
  readonly requireDpopNonce: boolean
}

/** The API that client-credentials tokens are for. */
export const TEST_AUDIENCE = 'https://api.example.com/'

const ROUTES = {
  authorization: '/authorize',
  token: '/oauth/token',
  pushed_authorization_request: '/oauth/par',
  userinfo: '/userinfo',
  revocation: '/oauth/revoke',
  jwks: '/.well-known/jwks.json',
} as const

const LIFETIME = { short: 60, token: 600, session: 3600 } as const

/** Builds the authorization server: oidc-provider with Auth0's paths, and client certificates from the edge's headers. */
export async function createProvider(tenant: TenantOptions): Promise<Provider> {
  const OidcProvider = await loadProvider()
  const provider = new OidcProvider(tenant.customOrigin, {
    adapter: createStorage(),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    clientAuthMethods: ['tls_client_auth', 'self_signed_tls_client_auth', 'none'],
    clientBasedCORS: () => false,
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clients: [...tenant.clients],
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    discovery: tenant.mtlsOrigin === null ? {} : describeAliases(tenant.mtlsOrigin),
    features: describeFeatures(tenant),
    findAccount: findTestUser,
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    jwks: { keys: [await generateSigningKey()] },
    pkce: { required: () => true },
    renderError: (ctx, out) => {
      ctx.type = 'json'
      ctx.body = out
    },
    routes: ROUTES,
    scopes: ['openid', 'email', 'profile', 'read:accounts'],
    ttl: {
      AccessToken: LIFETIME.token,
      AuthorizationCode: LIFETIME.short,
      ClientCredentials: LIFETIME.token,
      Grant: LIFETIME.session,
      IdToken: LIFETIME.token,
      Interaction: LIFETIME.token,
      PushedAuthorizationRequest: LIFETIME.short,
      Session: LIFETIME.session,
    },
  })
  answerInteractions(provider)
  return provider
}

function describeAliases(mtlsOrigin: string) {
  const at = (path: string) => `${mtlsOrigin}${path}`
  return {
    mtls_endpoint_aliases: {
      token_endpoint: at(ROUTES.token),
      pushed_authorization_request_endpoint: at(ROUTES.pushed_authorization_request),
      userinfo_endpoint: at(ROUTES.userinfo),
    },
  }
}

function describeFeatures(tenant: TenantOptions): NonNullable<Configuration['features']> {
  return {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    dPoP: {
      enabled: true,
      nonceSecret: randomBytes(32),
      requireNonce: () => tenant.requireDpopNonce,
    },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      tlsClientAuth: true,
      getCertificate: (ctx) => {
        const forwarded = readForwardedCertificate(ctx.req)
        const method = ctx.oidc.client?.clientAuthMethod
        return forwarded !== null && suits(forwarded, method) ? forwarded.certificate : undefined
      },
      certificateAuthorized: (ctx) => readForwardedCertificate(ctx.req)?.verification === 'SUCCESS',
      certificateSubjectMatches: (ctx, property, expected) => {
        const forwarded = readForwardedCertificate(ctx.req)
        if (forwarded === null || property !== 'tls_client_auth_subject_dn') return false
        return subjectDistinguishedName(forwarded.certificate) === expected
      },
    },
    pushedAuthorizationRequests: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: async (ctx) => {
        const { grant_type: grantType } = ctx.oidc.params ?? {}
        return grantType === 'client_credentials' ? TEST_AUDIENCE : []
      },
      getResourceServerInfo: async (_ctx, audience) => ({
        audience,
        scope: 'read:accounts',
        accessTokenFormat: 'jwt',
        accessTokenTTL: LIFETIME.token,
        jwt: { sign: { alg: 'ES256' } },
      }),
      useGrantedResource: async () => false,
    },
    revocation: {
      enabled: true,
      allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId,
    },
    rpInitiatedLogout: { enabled: false },
  }
}

// A client registered for the one kind must not get in by the other, whatever name its certificate carries.
function suits(forwarded: ForwardedCertificate, method: string | undefined): boolean {
  if (method === 'self_signed_tls_client_auth') return forwarded.verification !== 'SUCCESS'
  if (method === 'tls_client_auth') return forwarded.verification === 'SUCCESS'
  return true
}

async function generateSigningKey(): Promise<JWK> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  return { ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }
}
