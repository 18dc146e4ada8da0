import * as oidc from 'openid-client'
import { createMtlsFetch, followAuthorization, readError, sendRaw } from '../../client/index.js'
import type { Issued } from '../../pki/index.js'
import { TEST_USER } from '../../standin/index.js'
import { MTLS_DOMAIN, REDIRECT_URI, type Stage } from '../stage.js'
import { CA_SIGNED, withClient } from './client-step.js'
import { presenting, type Step, statusAndError } from './step.js'

/**
 * A user's login, and what the token from it is good for: `/userinfo` with the client's certificate, and nothing with
 * another client's.
 */
export function createUserInfoSteps(): readonly Step[] {
  let accessToken = ''
  return [
    {
      title: 'authorization code flow: browser on the custom domain, code exchange on the alias',
      wanted: 'an access token and an ID token of the test user',
      async run(stage) {
        const tokens = await logIn(stage)
        accessToken = tokens.access_token
        const subject = tokens.claims()?.sub
        const got = `200, a ${tokens.token_type} token and an ID token of ${subject}`
        return { passed: accessToken !== '' && subject === TEST_USER.sub, got }
      },
    },
    {
      title: '/userinfo with the bound token and its certificate',
      wanted: "200 and the user's claims",
      async run(stage) {
        const user = await withClient(stage, CA_SIGNED, (client) =>
          oidc.fetchUserInfo(client, accessToken, TEST_USER.sub),
        )
        return { passed: user.email === TEST_USER.email, got: `200, ${user.sub}, ${user.email}` }
      },
    },
    {
      title: "/userinfo with the same token and another client's certificate",
      wanted: '401 invalid_token from Auth0',
      async run(stage) {
        const before = stage.standIn.requests.length
        const answer = await askForUser(stage, stage.cast.neighbour, accessToken)
        const { error } = readError(answer)
        const reached = stage.standIn.requests.length > before
        const passed = answer.status === 401 && error === 'invalid_token' && reached
        return { passed, got: `${statusAndError(answer)}, from ${reached ? 'Auth0' : 'the edge'}` }
      },
    },
    {
      title: '/userinfo with the same token and no certificate',
      wanted: '401 invalid_token from the edge, nothing to Auth0',
      async run(stage) {
        const before = stage.standIn.requests.length
        const answer = await askForUser(stage, null, accessToken)
        const { error } = readError(answer)
        const reached = stage.standIn.requests.length > before
        const challenge = answer.headers['www-authenticate'] ?? ''
        const passed = answer.status === 401 && error === 'invalid_token' && !reached
        const got = `${statusAndError(answer)}, from ${reached ? 'Auth0' : 'the edge'}, WWW-Authenticate: ${challenge}`
        return { passed: passed && challenge.startsWith('Bearer'), got }
      },
    },
  ]
}

async function logIn(stage: Stage) {
  const browser = createMtlsFetch({ port: stage.port, ca: stage.cast.serverRoot.pem })
  try {
    return await withClient(stage, CA_SIGNED, async (client) => {
      const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
      const expectedState = oidc.randomState()
      const url = await oidc.buildAuthorizationUrlWithPAR(client, {
        redirect_uri: REDIRECT_URI,
        scope: 'openid email',
        state: expectedState,
        code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
      })
      const callback = await followAuthorization(browser, url, REDIRECT_URI)
      return oidc.authorizationCodeGrant(client, callback, { pkceCodeVerifier, expectedState })
    })
  } finally {
    await browser.close()
  }
}

function askForUser(stage: Stage, certificate: Issued | null, accessToken: string) {
  return sendRaw({
    port: stage.port,
    ca: stage.cast.serverRoot.pem,
    ...presenting(certificate),
    servername: MTLS_DOMAIN,
    path: '/userinfo',
    headers: { authorization: `Bearer ${accessToken}` },
  })
}
