import { readJsonMember, sendRaw } from '../../client/index.js'
import { CUSTOM_DOMAIN } from '../stage.js'
import type { Step } from './step.js'

/** Discovery by a client without any certificate, as a browser or a library would run it. */
export const discoverIssuer: Step = {
  title: `discovery on ${CUSTOM_DOMAIN}, no certificate`,
  wanted: '200 and the aliases of the mTLS domain',
  async run(stage) {
    const answer = await sendRaw({
      port: stage.port,
      ca: stage.cast.serverRoot.pem,
      servername: CUSTOM_DOMAIN,
      path: '/.well-known/openid-configuration',
    })
    const issuer = readJsonMember(answer.body, 'issuer')
    const endpoint = readJsonMember(answer.body, 'mtls_endpoint_aliases', 'token_endpoint')
    return {
      passed:
        answer.status === 200 &&
        issuer === stage.customOrigin &&
        endpoint === `${stage.mtlsOrigin}/oauth/token`,
      got: `${answer.status}, issuer ${issuer}, token endpoint alias ${endpoint}`,
    }
  },
}
