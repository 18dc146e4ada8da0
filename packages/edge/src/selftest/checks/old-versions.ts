import type { HostCheck } from '../check.js'
import { fail, pass } from '../finding.js'
import { writeClientHello } from '../hello/client-hello.js'
import { describeAnswer, isRefusal, nameOfVersion } from '../hello/describe-answer.js'
import { sendProbe } from '../hello/probe.js'
import { ANY_GROUP, ANY_SIGNATURE, OLD_SUITES } from '../offers.js'

/** @see https://openid.net/specs/openid-financial-api-part-2-1_0.html#section-8.5 */
export const refusesTls10: HostCheck = refuses('tls-1.0', 0x0301)

/** @see https://www.rfc-editor.org/rfc/rfc8996 */
export const refusesTls11: HostCheck = refuses('tls-1.1', 0x0302)

function refuses(id: string, version: number): HostCheck {
  const name = nameOfVersion(version)
  return {
    scope: 'host',
    id: `refuses-${id}`,
    title: `${name} refused`,
    async run({ address, host }) {
      const hello = writeClientHello({
        serverName: host.name,
        legacyVersion: version,
        suites: OLD_SUITES,
        groups: ANY_GROUP,
        signatureAlgorithms: ANY_SIGNATURE,
      })
      const answer = await sendProbe(address, hello)
      const seen = describeAnswer(answer)
      if (isRefusal(answer)) return pass(seen)
      const mend =
        answer.kind === 'server_hello'
          ? `something in front of the edge ends TLS there: turn ${name} off in it, or let it pass TCP through`
          : 'an old version must be refused with alert 40 or 70: look at what stands in front of the edge'
      return fail(seen, mend)
    },
  }
}
