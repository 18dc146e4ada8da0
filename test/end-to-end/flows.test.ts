import {
  configureMtlsClient,
  createMtlsFetch,
  createPki,
  followAuthorization,
  type Issued,
  readError,
  registerCaSignedClient,
  registerSelfSignedClient,
  sendRaw,
  startAuth0StandIn,
  TEST_USER,
} from '@mtls-edge/testkit'
import * as oidc from 'openid-client'
import t from 'tap'
import { startEdgeUnderTest } from './edge-under-test.ts'
import { configuredWhereHidden } from './presented-chain.ts'

const CUSTOM = 'auth.example.com'
const ALIAS = 'mtls.auth.example.com'
const ISSUER = `https://${CUSTOM}`
const KEY = 'the-api-key'
const CALLBACK = 'https://app.example.com/callback'

const pki = createPki()
const auth0 = pki.server('localhost')
const caSigned = pki.client({ subject: { C: 'GB', O: 'A Bank', CN: 'client-1' } })
const dpopClient = pki.client({ subject: { C: 'GB', O: 'A Bank', CN: 'client-2' } })
const selfSigned = pki.selfSignedClient()
const redirectUris = [CALLBACK]

const standIn = await startAuth0StandIn({
  certificate: auth0.pem,
  key: auth0.keyPem,
  customOrigin: ISSUER,
  mtlsOrigin: `https://${ALIAS}`,
  cnameApiKey: KEY,
  requireDpopNonce: true,
  clients: [
    registerCaSignedClient({ clientId: 'ca', certificate: caSigned.pem, redirectUris }),
    registerSelfSignedClient({ clientId: 'own', certificate: selfSigned.pem, redirectUris }),
    registerCaSignedClient({
      clientId: 'dpop',
      certificate: dpopClient.pem,
      redirectUris,
      binding: 'dpop',
    }),
  ],
})
t.teardown(() => standIn.close())

const edge = await startEdgeUnderTest(t, [
  {
    customDomain: CUSTOM,
    mtlsDomain: ALIAS,
    server: pki.server([CUSTOM, ALIAS]),
    forwardingTarget: standIn.origin,
    upstreamRoot: pki.root,
    cnameApiKey: KEY,
    clientRoots: [pki.root],
    intermediates: configuredWhereHidden(pki),
  },
])

const browser = createMtlsFetch({ port: edge.port, ca: pki.root.pem })
t.teardown(() => browser.close())

async function configure(clientId: string, issued: Issued) {
  const connections = createMtlsFetch({
    port: edge.port,
    ca: pki.root.pem,
    certificate: issued.chainPem,
    key: issued.keyPem,
  })
  t.teardown(() => connections.close())
  return configureMtlsClient({ issuer: ISSUER, clientId, connections })
}

async function logIn(client: oidc.Configuration, more: oidc.DPoPOptions = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const expectedState = oidc.randomState()
  const parameters = {
    redirect_uri: CALLBACK,
    scope: 'openid email',
    state: expectedState,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  }
  const url = await oidc.buildAuthorizationUrlWithPAR(client, parameters, more)
  const callback = await followAuthorization(browser, url, CALLBACK)
  const checks = { pkceCodeVerifier, expectedState }
  return oidc.authorizationCodeGrant(client, callback, checks, {}, more)
}

t.test('logs a user in, and binds the token to the certificate of either kind', async (t) => {
  for (const [clientId, issued, verification] of [
    ['ca', caSigned, 'SUCCESS'],
    ['own', selfSigned, 'FAILED:self-signed certificate'],
  ] as const) {
    const client = await configure(clientId, issued)
    const first = standIn.requests.length
    const tokens = await logIn(client)
    t.equal(tokens.claims()?.sub, TEST_USER.sub)
    const user = await oidc.fetchUserInfo(client, tokens.access_token, TEST_USER.sub)
    t.equal(user.email, TEST_USER.email)

    for (const { url, headers } of standIn.requests.slice(first)) {
      const isAlias = ['/oauth/par', '/oauth/token', '/userinfo'].includes(url)
      const expected = isAlias ? verification : undefined
      t.equal(headers['client-certificate-ca-verified'], expected, `${clientId}: ${url}`)
      t.equal(headers['x-forwarded-for'], '127.0.0.1', `${clientId}: ${url}, one address`)
    }

    const stolen = { authorization: `Bearer ${tokens.access_token}` }
    const before = standIn.requests.length
    for (const [title, servername, thief, reached] of [
      ["another client's certificate", ALIAS, dpopClient, 1],
      ['no certificate', ALIAS, null, 0],
      ['the custom domain, where there is none', CUSTOM, null, 1],
    ] as const) {
      const count = standIn.requests.length
      const answer = await sendRaw({
        port: edge.port,
        ca: pki.root.pem,
        servername,
        path: '/userinfo',
        headers: stolen,
        ...(thief && { certificate: thief.chainPem, key: thief.keyPem }),
      })
      t.equal(answer.status, 401, `${clientId}: ${title}`)
      t.equal(readError(answer).error, 'invalid_token', `${clientId}: ${title}`)
      t.match(answer.headers['www-authenticate'], /^Bearer/, `${clientId}: ${title}`)
      t.equal(standIn.requests.length - count, reached, `${clientId}: ${title}: reached Auth0`)
    }
    t.equal(standIn.requests.length - before, 2)
  }
  t.same(standIn.errors, [])
})

t.test('lets DPoP through both ways: proofs in, nonces out, on the alias', async (t) => {
  const client = await configure('dpop', dpopClient)
  const DPoP = oidc.getDPoPHandle(client, await oidc.randomDPoPKeyPair())
  const tokens = await logIn(client, { DPoP })
  t.equal(tokens.token_type, 'dpop')
  const user = await oidc.fetchUserInfo(client, tokens.access_token, TEST_USER.sub, { DPoP })
  t.equal(user.email, TEST_USER.email)
  const bearer = await sendRaw({
    port: edge.port,
    ca: pki.root.pem,
    servername: ALIAS,
    certificate: dpopClient.chainPem,
    key: dpopClient.keyPem,
    path: '/userinfo',
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  t.equal(bearer.status, 401, 'without a proof')
  t.same(standIn.errors, [])
})

t.test('passes on what Auth0 refuses, as Auth0 says it', async (t) => {
  const client = await configure('ca', selfSigned)
  const refusal: unknown = await oidc.clientCredentialsGrant(client).catch((error) => error)
  t.match(refusal, { status: 401, error: 'invalid_client' })
  t.notMatch(edge.log.join(''), KEY, 'the key is in no log line')
})
