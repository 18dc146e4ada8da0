import type { OutgoingHttpHeaders } from 'node:http'
import {
  configureMtlsClient,
  createPki,
  followAuthorization,
  readError,
  registerCaSignedClient,
  registerSelfSignedClient,
  sendRaw,
  startAuth0StandIn,
  TEST_AUDIENCE,
  TEST_USER,
} from '@mtls-edge/testkit'
import * as oidc from 'openid-client'
import t from 'tap'
import { edgeFetch, edgeHeaders, type Spoken } from './standin-edge.ts'

const KEY = 'the-api-key'
const CUSTOM = 'https://auth.example.com:8443'
const ALIAS = 'https://mtls.auth.example.com:8443'
const CALLBACK = 'https://app.example.com/callback'

const pki = createPki()
const server = pki.server('localhost')
const signed = pki.client({ subject: { C: 'GB', O: 'A Bank', CN: 'client-1' } })
const selfSigned = pki.selfSignedClient()
const asSigned: Spoken = { certificate: signed, verification: 'SUCCESS' }
const asSelfSigned: Spoken = {
  certificate: selfSigned,
  verification: 'FAILED:self-signed certificate',
}

const standIn = await startAuth0StandIn({
  certificate: server.pem,
  key: server.keyPem,
  customOrigin: CUSTOM,
  mtlsOrigin: ALIAS,
  cnameApiKey: KEY,
  clients: [
    registerCaSignedClient({ clientId: 'ca', certificate: signed.pem, redirectUris: [CALLBACK] }),
    registerSelfSignedClient({
      clientId: 'own',
      certificate: selfSigned.pem,
      redirectUris: [CALLBACK],
    }),
  ],
})
t.teardown(() => standIn.close())

function send(path: string, headers: Record<string, string>, body?: string) {
  return sendRaw({
    port: standIn.port,
    ca: pki.root.pem,
    servername: 'localhost',
    method: body === undefined ? 'GET' : 'POST',
    path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    ...(body === undefined ? {} : { body }),
  })
}

function askForToken(clientId: string, spoken: Spoken | null, more: Record<string, string> = {}) {
  const headers = { ...edgeHeaders(KEY, spoken), ...more }
  return send('/oauth/token', headers, `grant_type=client_credentials&client_id=${clientId}`)
}

t.test('refuses at its own edge what Auth0 would not take', async (t) => {
  const good = { 'cname-api-key': KEY }
  const refused: readonly (readonly [string, OutgoingHttpHeaders, string])[] = [
    ['no key', {}, 'localhost'],
    ['another key', { 'cname-api-key': 'another' }, 'localhost'],
    ['a key too many', { 'cname-api-key': [KEY, KEY] }, 'localhost'],
    ['the custom domain as Host', { ...good, host: 'auth.example.com' }, 'localhost'],
    ['another Host', { ...good, host: 'localhost.example.com' }, 'localhost'],
    ['no SNI', good, ''],
  ]
  for (const [title, headers, servername] of refused) {
    const answer = await sendRaw({
      port: standIn.port,
      ca: pki.root.pem,
      servername,
      path: '/.well-known/openid-configuration',
      headers: { host: 'localhost', ...headers },
      checkServerName: servername !== '',
    })
    t.equal(answer.status, 403, title)
    t.match(readError(answer), { error: 'Forbidden' }, title)
    t.equal(standIn.requests.at(-1)?.status, 403, `${title} is in the record`)
  }
  t.equal((await send('/.well-known/openid-configuration', good)).status, 200)
})

t.test('describes the custom domain that the key names, and its alias', async (t) => {
  const answer = await send('/.well-known/openid-configuration', { 'cname-api-key': KEY })
  t.match(JSON.parse(answer.body), {
    issuer: CUSTOM,
    authorization_endpoint: `${CUSTOM}/authorize`,
    token_endpoint: `${CUSTOM}/oauth/token`,
    pushed_authorization_request_endpoint: `${CUSTOM}/oauth/par`,
    userinfo_endpoint: `${CUSTOM}/userinfo`,
    revocation_endpoint: `${CUSTOM}/oauth/revoke`,
    jwks_uri: `${CUSTOM}/.well-known/jwks.json`,
    tls_client_certificate_bound_access_tokens: true,
    mtls_endpoint_aliases: {
      token_endpoint: `${ALIAS}/oauth/token`,
      pushed_authorization_request_endpoint: `${ALIAS}/oauth/par`,
      userinfo_endpoint: `${ALIAS}/userinfo`,
    },
  })
})

t.test('gives a bound token for the kind of certificate that a client registered', async (t) => {
  for (const [clientId, spoken] of [
    ['ca', asSigned],
    ['own', asSelfSigned],
  ] as const) {
    const answer = await askForToken(clientId, spoken)
    t.equal(answer.status, 200, answer.body)
    const { access_token: token } = JSON.parse(answer.body)
    t.match(JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()), {
      iss: CUSTOM,
      aud: TEST_AUDIENCE,
      cnf: { 'x5t#S256': spoken.certificate.thumbprintBase64url },
    })
  }
})

t.test('knows no certificate but the one that both headers name properly', async (t) => {
  const other = pki.client({ subject: 'client-2' })
  const chain = { ...edgeHeaders(KEY, asSigned) }
  chain['client-certificate'] = encodeURIComponent(signed.chainPem)
  const refused: readonly (readonly [string, string, Spoken | null, Record<string, string>?])[] = [
    ['no headers', 'ca', null],
    ['only the certificate', 'ca', null, { 'client-certificate': encodeURIComponent(signed.pem) }],
    ['only the verification', 'ca', null, { 'client-certificate-ca-verified': 'SUCCESS' }],
    ['NONE', 'ca', { ...asSigned, verification: 'NONE' }],
    ['another failure', 'ca', { ...asSigned, verification: 'FAILED:certificate has expired' }],
    ['success in small letters', 'ca', { ...asSigned, verification: 'success' }],
    ['a chain', 'ca', null, chain],
    ['PEM as it is', 'ca', asSigned, { 'client-certificate': signed.pem.replaceAll('\n', ' ') }],
    ['not a certificate', 'ca', asSigned, { 'client-certificate': '%zz' }],
    ['over 4096 bytes', 'ca', asSigned, { 'client-certificate': 'A'.repeat(4097) }],
    ['another subject', 'ca', { ...asSigned, certificate: other }],
    ['self-signed for a CA-signed client', 'ca', { ...asSigned, ...asSelfSigned }],
    ['the right certificate as self-signed', 'ca', { ...asSelfSigned, certificate: signed }],
    ['CA-signed for a self-signed client', 'own', asSigned],
    ['the registered certificate as SUCCESS', 'own', { ...asSelfSigned, verification: 'SUCCESS' }],
    ['another self-signed certificate', 'own', { ...asSelfSigned, certificate: other }],
  ]
  for (const [title, clientId, spoken, more] of refused) {
    const answer = await askForToken(clientId, spoken, more)
    t.equal(answer.status, 401, title)
    t.match(readError(answer), { error: 'invalid_client' }, title)
  }
})

t.test('runs the whole code flow, and binds /userinfo to the certificate', async (t) => {
  for (const [clientId, spoken] of [
    ['ca', asSigned],
    ['own', asSelfSigned],
  ] as const) {
    const connections = edgeFetch(standIn, pki.root.pem, KEY, spoken)
    const browser = edgeFetch(standIn, pki.root.pem, KEY, null)
    const client = await configureMtlsClient({ issuer: CUSTOM, clientId, connections })
    const verifier = oidc.randomPKCECodeVerifier()
    const state = oidc.randomState()
    const url = await oidc.buildAuthorizationUrlWithPAR(client, {
      redirect_uri: CALLBACK,
      scope: 'openid email',
      state,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    t.match(url.searchParams.get('request_uri'), /^urn:ietf:params:oauth:request_uri:/)
    const callback = await followAuthorization(browser, url, CALLBACK)
    const tokens = await oidc.authorizationCodeGrant(client, callback, {
      pkceCodeVerifier: verifier,
      expectedState: state,
    })
    const user = await oidc.fetchUserInfo(client, tokens.access_token, TEST_USER.sub)
    t.equal(user.email, TEST_USER.email)

    const bearer = { authorization: `Bearer ${tokens.access_token}`, 'cname-api-key': KEY }
    const unbound = await send('/userinfo', bearer)
    t.equal(unbound.status, 401)
    t.match(readError(unbound), { error: 'invalid_token' })
  }
  t.same(standIn.errors, [])
})

t.test('takes DPoP proofs on the alias, and asks for a nonce where told to', async (t) => {
  const strict = await startAuth0StandIn({
    certificate: server.pem,
    key: server.keyPem,
    customOrigin: CUSTOM,
    mtlsOrigin: ALIAS,
    cnameApiKey: KEY,
    clients: [
      registerCaSignedClient({
        clientId: 'ca',
        certificate: signed.pem,
        redirectUris: [CALLBACK],
        binding: 'dpop',
      }),
    ],
    requireDpopNonce: true,
  })
  t.teardown(() => strict.close())
  const connections = edgeFetch(strict, pki.root.pem, KEY, asSigned)
  const client = await configureMtlsClient({ issuer: CUSTOM, clientId: 'ca', connections })
  const DPoP = oidc.getDPoPHandle(client, await oidc.randomDPoPKeyPair())
  const tokens = await oidc.clientCredentialsGrant(client, {}, { DPoP })
  t.equal(tokens.token_type, 'dpop')
  t.equal(strict.requests.filter(({ url }) => url === '/oauth/token').length, 2, 'once for a nonce')
})
