import type { HostCheck } from '../check.js'
import { fail, pass } from '../finding.js'
import { writeClientHello } from '../hello/client-hello.js'
import { describeAnswer } from '../hello/describe-answer.js'
import { type ProbeAnswer, sendProbe } from '../hello/probe.js'
import { MODERN_SIGNATURES, TLS_1_3 } from '../offers.js'
import { type HostSubject, serverKeysOf } from '../subject.js'
import { type ProfileSuite, suitesOf } from '../suites.js'

/** Each suite of the profile that the configured certificates' keys can serve is taken, offered alone. */
export const acceptsOwnSuites: HostCheck = {
  scope: 'host',
  id: 'accepts-own-suites',
  title: "the profile's own cipher suites accepted",
  async run(subject) {
    const keys = serverKeysOf(subject.domain)
    const suites = suitesOf(subject.profile).filter(({ key }) => key === null || keys.includes(key))
    const refused: string[] = []
    for (const suite of suites) {
      const answer = await offer(subject, suite)
      const isTaken = answer.kind === 'server_hello' && answer.suite === suite.code
      if (!isTaken) refused.push(`${suite.name}: ${describeAnswer(answer)}`)
    }
    if (refused.length === 0) return pass(`${suites.length} of ${suites.length}`)
    return fail(
      refused.join('; '),
      `let what ends TLS there take every suite of ${subject.profile}, or clients that have no other are shut out`,
    )
  },
}

function offer({ address, host }: HostSubject, suite: ProfileSuite): Promise<ProbeAnswer> {
  const hello = writeClientHello({
    serverName: host.name,
    suites: [suite.code],
    signatureAlgorithms: MODERN_SIGNATURES,
    // A suite that any key can serve is one of TLS 1.3.
    ...(suite.key === null ? { versions: [TLS_1_3] } : {}),
  })
  return sendProbe(address, hello)
}
