import type { DomainCheck } from '../check.js'
import { type Finding, fail, pass, unknown } from '../finding.js'
import { askHarmlessly, HARMLESS_PATH } from '../https-request.js'

/**
 * Auth0 takes the API key, by one request through the edge itself, which adds the key: 200 means that it does, 403 that it
 * does not, and anything else says nothing about the key.
 */
export const keyIsAccepted: DomainCheck = {
  scope: 'domain',
  id: 'api-key',
  title: 'API key accepted',
  async run({ address, domain }) {
    if (domain.publicTraffic === 'reject')
      return unknown(`publicTraffic is reject: ${HARMLESS_PATH} is not forwarded`)
    try {
      const { status } = await askHarmlessly(address, domain.customDomain)
      return judge(status)
    } catch (error) {
      return unknown(error instanceof Error ? error.message : 'no answer')
    }
  },
}

function judge(status: number): Finding {
  const seen = `GET ${HARMLESS_PATH}: ${status}`
  if (status === 200) return pass(seen)
  if (status === 403) {
    return fail(
      seen,
      "copy the custom domain's API key again (Auth0 shows it once: make a new one if it is lost)",
    )
  }
  return unknown(seen, 'look at the log of the edge')
}
