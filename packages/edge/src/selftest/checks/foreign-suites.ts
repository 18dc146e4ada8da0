import type { HostCheck } from '../check.js'
import { fail, pass } from '../finding.js'
import { type HelloOptions, writeClientHello } from '../hello/client-hello.js'
import { describeAnswer, isRefusal } from '../hello/describe-answer.js'
import { type ProbeAnswer, sendProbe } from '../hello/probe.js'
import { ANY_GROUP, ANY_SIGNATURE, TLS_1_2, TLS_1_3 } from '../offers.js'
import type { HostSubject } from '../subject.js'
import { nameOfSuite } from '../suite-names.js'
import { foreignSuitesOf } from '../suites.js'

/** After so many the point is made. */
const MOST_ROUNDS = 100

/** How many are named. */
const MOST_NAMES = 6

/**
 * No suite outside the profile is taken: all of them are offered at once, and again without each one that was chosen, until the
 * server refuses.
 */
export const refusesForeignSuites: HostCheck = {
  scope: 'host',
  id: 'refuses-foreign-suites',
  title: 'cipher suites outside the profile refused',
  async run(subject) {
    const refusals: ProbeAnswer[] = []
    const taken: number[] = []
    for (const version of [{ legacyVersion: TLS_1_2 }, { versions: [TLS_1_3] }]) {
      const { chosen, last } = await offerUntilRefused(subject, version)
      taken.push(...chosen)
      refusals.push(last)
    }
    if (taken.length > 0) {
      const names = [...new Set(taken)].map(nameOfSuite)
      const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
      return fail(
        `takes ${names.slice(0, MOST_NAMES).join(', ')}${more}`,
        `limit what ends TLS there to the suites of ${subject.profile}`,
      )
    }
    const strange = refusals.find((answer) => !isRefusal(answer))
    if (strange !== undefined) {
      return fail(
        describeAnswer(strange),
        'a refusal must be alert 40 or 70: look at what stands in front of the edge',
      )
    }
    const count = foreignSuitesOf(subject.profile).length
    return pass(`${count} offered over TLS 1.2 and 1.3: ${refusals.map(describeAnswer).join(', ')}`)
  },
}

async function offerUntilRefused(
  { address, host, profile }: HostSubject,
  version: HelloOptions,
): Promise<{ readonly chosen: readonly number[]; readonly last: ProbeAnswer }> {
  const chosen: number[] = []
  for (;;) {
    const hello = writeClientHello({
      ...version,
      serverName: host.name,
      suites: foreignSuitesOf(profile).filter((code) => !chosen.includes(code)),
      groups: ANY_GROUP,
      signatureAlgorithms: ANY_SIGNATURE,
    })
    const last = await sendProbe(address, hello)
    // A suite that was not offered is a fault of its own, and would be chosen for ever.
    if (
      last.kind !== 'server_hello' ||
      chosen.includes(last.suite) ||
      chosen.length === MOST_ROUNDS
    )
      return { chosen, last }
    chosen.push(last.suite)
  }
}
