import type { HostCheck } from '../check.js'
import { fail, pass } from '../finding.js'
import { writeClientHello } from '../hello/client-hello.js'
import { describeAnswer } from '../hello/describe-answer.js'
import { sendProbe } from '../hello/probe.js'
import { MODERN_SIGNATURES, TLS_1_2, TLS_1_3 } from '../offers.js'
import { suitesOf } from '../suites.js'

/** A client that can both gets TLS 1.3, also where it names 1.2 first. */
export const prefersTls13: HostCheck = {
  scope: 'host',
  id: 'prefers-tls-1.3',
  title: 'TLS 1.3 preferred',
  async run({ address, host, profile }) {
    const hello = writeClientHello({
      serverName: host.name,
      versions: [TLS_1_2, TLS_1_3],
      suites: suitesOf(profile)
        .map(({ code }) => code)
        .reverse(),
      signatureAlgorithms: MODERN_SIGNATURES,
    })
    const answer = await sendProbe(address, hello)
    const seen = describeAnswer(answer)
    if (answer.kind === 'server_hello' && answer.version === TLS_1_3) return pass(seen)
    return fail(seen, 'turn TLS 1.3 on in what ends TLS there, or let it pass TCP through')
  },
}
