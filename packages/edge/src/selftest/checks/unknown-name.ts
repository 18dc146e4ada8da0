import type { EdgeCheck } from '../check.js'
import { fail, pass } from '../finding.js'
import { type HelloOptions, writeClientHello } from '../hello/client-hello.js'
import { describeAnswer } from '../hello/describe-answer.js'
import { sendProbe } from '../hello/probe.js'
import { MODERN_SIGNATURES, TLS_1_2, TLS_1_3 } from '../offers.js'
import type { EdgeSubject } from '../subject.js'
import { suitesOf } from '../suites.js'

const UNRECOGNIZED_NAME = 112
const MISSING_EXTENSION = 109
/** A name that nobody can own (RFC 6761 section 6.4). */
const NOBODY = 'mtls-edge-selftest.invalid'
const MEND =
  'no host may answer for a name that is not its own: let what stands in front of the edge pass TCP through, without a default host'

/** An unknown name gets alert 112: there is no default host (RFC 6066 section 3). */
export const refusesUnknownName: EdgeCheck = {
  scope: 'edge',
  id: 'refuses-unknown-sni',
  title: 'an unknown server name (SNI) refused',
  run: (edge) => probe(edge, { serverName: NOBODY }, [UNRECOGNIZED_NAME]),
}

/** No name at all gets 112, or 109 (RFC 8446 section 9.2). */
export const refusesMissingName: EdgeCheck = {
  scope: 'edge',
  id: 'refuses-missing-sni',
  title: 'a missing server name (SNI) refused',
  run: (edge) => probe(edge, {}, [UNRECOGNIZED_NAME, MISSING_EXTENSION]),
}

async function probe(
  { address, profile }: EdgeSubject,
  name: HelloOptions,
  wanted: readonly number[],
): ReturnType<EdgeCheck['run']> {
  const hello = writeClientHello({
    ...name,
    versions: [TLS_1_3, TLS_1_2],
    suites: suitesOf(profile).map(({ code }) => code),
    signatureAlgorithms: MODERN_SIGNATURES,
  })
  const answer = await sendProbe(address, hello)
  const seen = describeAnswer(answer)
  const isWanted = answer.kind === 'alert' && wanted.includes(answer.description)
  return isWanted ? pass(seen) : fail(seen, MEND)
}
